// Entry of the one script of every page. Each import is an island: it listens on the document (delegation), so that
// swapped-in HTML needs no set-up, and it does nothing on pages without its attributes. Order matters only for the
// first line, which must run before htmx reads its configuration.
import "./htmx-config";
import "./htmx-hooks";
import "./navigation";
import "./relative-time";
import "./toast";
import "./dialog";
import "./menu";
import "./forms";
import "./depending";
import "./focus";
import "./upload";
import "./composer";
import "./editor";
import "./print";
import "./complete";
import "./insert";
import "./presence";
import "./select";
import "./drag";
import "./keys";
import "./palette";
import "./live";
import "./undo";
