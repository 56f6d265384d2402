// On the page for an error: what was sent last wasn't taken, so `typed.js` offers it back on the page that it was typed on.
for (const key of Object.keys(sessionStorage).filter((one) => one.startsWith("ropewalk.typed:"))) {
  sessionStorage.setItem(key, JSON.stringify({ ...JSON.parse(sessionStorage.getItem(key)), isSent: false }));
}
