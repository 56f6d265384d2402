// The service worker of taps: what can't be sent now waits in IndexedDB, by its uuid, and goes when the net is back.
const TAP = /^\/c\/[^/]+\/taps\/$/;
const opened = new Promise((done, failed) => {
  const request = indexedDB.open("ropewalk", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("taps", { keyPath: "uuid" });
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});
const asked = async (mode, act) => {
  const request = act((await opened).transaction("taps", mode).objectStore("taps"));
  return new Promise((done, failed) => ((request.onsuccess = () => done(request.result)), (request.onerror = failed)));
};
const post = (url, body) => fetch(url, { method: "POST", body: new URLSearchParams(body), credentials: "same-origin" });

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "POST" && TAP.test(new URL(event.request.url).pathname)) event.respondWith(tapped(event.request));
});
self.addEventListener("message", (event) => event.data === "flush" && event.waitUntil(flush()));
self.addEventListener("sync", (event) => event.waitUntil(flush()));

async function tapped(request) {
  const body = await request.clone().text();
  try {
    const answer = await fetch(request);
    if (answer.status !== 503) return answer; // a moment without the database is like one without the net
    throw new Error(answer.status);
  } catch {
    await asked("readwrite", (taps) => taps.put({ uuid: new URLSearchParams(body).get("uuid"), url: request.url, body }));
    await self.registration.sync?.register("taps").catch(() => {});
    return new Response("", { status: 202 });
  }
}

async function flush() {
  const waiting = await asked("readonly", (taps) => taps.getAll());
  let sent = 0;
  for (const one of waiting) {
    const answer = await post(one.url, one.body).catch(() => null);
    if (!answer || !answer.ok || !new URL(answer.url).pathname.startsWith("/c/")) break; // signed out meanwhile: it waits on
    await asked("readwrite", (taps) => taps.delete(one.uuid));
    sent += 1;
  }
  if (sent) for (const client of await self.clients.matchAll()) client.postMessage("sent");
}
