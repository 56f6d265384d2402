// On the page for an error: what was sent last is offered back on the page that it was typed on.
import { unanswered } from "./typed.js";

unanswered();
