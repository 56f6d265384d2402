// What every page gets where there is script. Each part works alone, and no page needs any of them.
import { busy } from "./busy.js";
import { dialogs } from "./dialogs.js";
import { keys } from "./keys.js";
import { live } from "./live.js";
import { map } from "./map.js";
import { taps } from "./taps.js";
import { themes } from "./themes.js";
import { typed } from "./typed.js";
import { ways } from "./ways.js";

for (const part of [themes, dialogs, keys, map, taps, live, typed, busy, ways]) part();
