// Field forms open without a signal. Kept are only pages that the server marks (X-Keep: page: empty forms, no case data),
// by the person who opened them, and the style and script files they need. Everything else goes to the network untouched.
const PAGES = "twinloop-pages-1", FILES = "twinloop-files-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", e => e.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("twinloop-") && name !== PAGES && name !== FILES) await caches.delete(name);
  await self.clients.claim();
})()));

const keepPage = async (path, viewer) => {
  const answer = await fetch(path, { credentials: "same-origin", headers: { "X-Poll": "1" } });
  if (!answer.ok || answer.redirected || answer.headers.get("X-Keep") !== "page") return;
  const pages = await caches.open(PAGES);
  const owner = await (await pages.match("/keep/owner"))?.text();
  if (owner !== viewer) await caches.delete(PAGES);  // another person at the same device
  const mine = await caches.open(PAGES);
  await mine.put("/keep/owner", new Response(viewer));
  await mine.put(path, answer);
};

self.addEventListener("message", e => {
  const { keep, viewer, parts, forget } = e.data || {};
  if (forget) return e.waitUntil(caches.delete(PAGES));
  if (keep) e.waitUntil((async () => {
    const files = await caches.open(FILES);
    for (const part of parts) if (new URL(part).origin === location.origin && !(await files.match(part))) await files.add(part).catch(() => {});
    await keepPage(keep, viewer).catch(() => {});
  })());
});

self.addEventListener("fetch", e => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== location.origin) return;
  if (e.request.mode === "navigate") {
    e.respondWith(fetch(e.request).catch(async error => (await (await caches.open(PAGES)).match(url.pathname + url.search)) || Promise.reject(error)));
  } else if (url.pathname.startsWith("/static/")) {
    e.respondWith(fetch(e.request).catch(async error => (await (await caches.open(FILES)).match(e.request, { ignoreVary: true })) || Promise.reject(error)));
  }
});
