// Entry of the pages that hold a terminal: a running session ([data-terminal]) and the player of a recording ([data-player]).
// Loaded by those pages only. Their words stand in data-say-* of the element, because the reader's language is the server's to
// know; what is said on the wire is in crates/fleet/src/terminal/socket.rs.
import { play } from "./terminal-player";
import { attend } from "./terminal-session";

for (const element of document.querySelectorAll<HTMLElement>("[data-terminal]")) attend(element);
for (const element of document.querySelectorAll<HTMLElement>("[data-player]")) void play(element);
