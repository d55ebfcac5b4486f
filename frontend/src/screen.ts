// Entry of the pages that hold a screen: a running session ([data-screen]) and the player of a recording ([data-screen-player]).
// Loaded by those pages only. Their words stand in data-say-* of the element, because the reader's language is the server's to
// know; what is said on the wire is in crates/fleet/src/screen/socket.rs.
import { play } from "./screen-player";
import { attend } from "./screen-session";

for (const element of document.querySelectorAll<HTMLElement>("[data-screen]")) attend(element);
for (const element of document.querySelectorAll<HTMLElement>("[data-screen-player]")) void play(element);
