// The plain page: no library, so it plays only where the browser itself knows HLS, and says so elsewhere.
"use strict";
const film = document.getElementById("film");
const words = document.getElementById("words");
const [folder, query] = location.hash.slice(1).split("?", 2);
const say = (text) => { film.hidden = true; words.hidden = false; words.textContent = text; };
if (!/^[A-Za-z0-9._~/-]+$/.test(folder) || folder.includes("..") || !query) {
  say("This link is incomplete. Ask whoever sent it to copy it once more.");
} else if (!film.canPlayType("application/vnd.apple.mpegurl")) {
  say("This browser cannot play the film by itself. Open the link in Safari, or ask for the playlist's address.");
} else {
  const own = query.split("&").filter((pair) => !pair.startsWith("cf-"));
  const copies = own.map((pair) => "cf-" + pair);
  film.addEventListener("error", () => say("The film could not be loaded. The link may have ended."));
  film.src = "/" + folder + "/index.m3u8?" + copies.concat(own).join("&");
  words.hidden = true;
  film.hidden = false;
}
