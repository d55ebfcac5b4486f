#!/usr/bin/env bash
# A real MediaWiki, filled by a script, dumped, imported, and counted on both sides.
#
# Needs Debian's mediawiki with php-cli, php-sqlite3, and php-gd, and a built `mainstay` (first argument, default target/debug/mainstay).
# Everything happens in a temporary folder; nothing of an installed wiki is touched. Prints the counts; ends with 1 when they differ.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
mainstay=${1:-$here/../../target/debug/mainstay}
mainstay=$(cd "$(dirname "$mainstay")" && pwd)/$(basename "$mainstay")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A copy of the code with settings and pictures of its own: Debian's links to the installed wiki's.
export MW_INSTALL_PATH=$work/wiki
cp -rL /usr/share/mediawiki "$work/wiki" 2>/dev/null || true
rm -rf "$work/wiki/LocalSettings.php" "$work/wiki/images"
mkdir -p "$work/wiki/images" "$work/data" "$work/pictures"
cd "$work/wiki"
php maintenance/install.php --dbtype sqlite --dbpath "$work/data" --dbname wiki --server http://localhost --scriptpath /wiki \
    --pass administrator-1 --confpath "$work/wiki" "House wiki" Admin >"$work/install.log" 2>&1 ||
    { cat "$work/install.log" >&2; exit 1; }
cat >>LocalSettings.php <<'SETTINGS'
$wgEnableUploads = true;
$wgUseInstantCommons = false;
$wgJobRunRate = 0;
$wgNamespacesWithSubpages[NS_MAIN] = true;
wfLoadExtension( 'SyntaxHighlight_GeSHi' );
SETTINGS

# Six pictures that differ, and one that no page shows.
php -r '
for ($n = 0; $n < 7; $n++) {
    $picture = imagecreatetruecolor(40 + $n, 30);
    imagefill($picture, 0, 0, imagecolorallocate($picture, 30 * $n, 120, 200));
    imagepng($picture, $argv[1] . "/Picture_$n.png");
}' "$work/pictures"
php maintenance/importImages.php "$work/pictures" >"$work/images.log" 2>&1 || { cat "$work/images.log" >&2; exit 1; }
php "$here/fill.php" --conf "$work/wiki/LocalSettings.php" || exit 1

php maintenance/dumpBackup.php --full --quiet >"$work/dump.xml"
(cd "$work" && mkdir export && mv dump.xml export/ && cp -r wiki/images export/images &&
    python3 -c 'import shutil; shutil.make_archive("export", "zip", "export")')

# What the wiki itself says it holds: articles are the pages of the main and help namespaces that are no redirects.
count() { php -r '
    $db = new PDO("sqlite:" . $argv[1] . "/wiki.sqlite");
    echo $db->query($argv[2])->fetchColumn();' "$work/data" "$1"; }
articles="page_namespace IN (0, 4, 12) AND page_is_redirect = 0"
pages=$(count "SELECT COUNT(*) FROM page WHERE $articles")
revisions=$(count "SELECT COUNT(*) FROM revision JOIN page ON page_id = rev_page WHERE $articles")
redirects=$(count "SELECT COUNT(*) FROM page WHERE page_namespace IN (0, 4, 12) AND page_is_redirect = 1")
files=$(count "SELECT COUNT(*) FROM image")
links=$(count "SELECT COUNT(*) FROM pagelinks JOIN page ON page_id = pl_from WHERE $articles")
dead=$(count "SELECT COUNT(*) FROM pagelinks l JOIN page p ON p.page_id = l.pl_from LEFT JOIN page t ON t.page_namespace = l.pl_namespace AND t.page_title = l.pl_title WHERE p.page_namespace IN (0, 4, 12) AND p.page_is_redirect = 0 AND t.page_id IS NULL")

# Mainstay, in a folder of its own, and the space that the articles go to.
cd "$work"
export LC_ALL=C.UTF-8
"$mainstay" --data "$work/house" init --admin admin@example.org --password-stdin <<<"correct horse battery" >"$work/init.log" 2>&1 ||
    { cat "$work/init.log" >&2; exit 1; }
space=${SPACE:-network}
bring() {
    local code=0
    "$mainstay" --data "$work/house" knowledge import "$work/export.zip" --format mediawiki --space "$space" --audience everyone \
        --report "$1" >"$1.txt" || code=$?
    # 3: something was left out; the dead links and the dead redirect are.
    [ "$code" = 3 ] || { cat "$1.txt" >&2; echo "ended with $code" >&2; exit 1; }
}
bring "$work/first.json"
bring "$work/second.json"

python3 - "$work" "$pages" "$revisions" "$redirects" "$files" "$links" "$dead" <<'PYTHON'
import json, re, sqlite3, sys
work, *wiki = sys.argv[1], *map(int, sys.argv[2:])
pages, revisions, redirects, files, links, dead = wiki
first, second = (json.load(open(f"{work}/{name}.json")) for name in ("first", "second"))
house = sqlite3.connect(f"{work}/house/mainstay.db")
one = lambda sql: house.execute(sql).fetchone()[0]
ours = "source = 'mediawiki:House wiki'"
of = f"JOIN knowledge_article ON number = article WHERE {ours}"
bodies = house.execute(f"SELECT article, body FROM knowledge_text {of}").fetchall()
here = {
    "articles": one(f"SELECT COUNT(*) FROM knowledge_article WHERE {ours}"),
    "versions": one(f"SELECT COUNT(*) FROM knowledge_version {of}"),
    "pictures": one(f"SELECT COUNT(DISTINCT hash) FROM knowledge_file {of}"),
    "authors": one(f"SELECT COUNT(DISTINCT author_name) FROM knowledge_version {of}"),
    "links": sum(len(set(re.findall(r"\]\(article:(\d+)\)", body)) - {str(own)}) for own, body in bodies),
    "neutral": one(f"SELECT COUNT(*) FROM knowledge_version {of} AND body LIKE '%](wiki-%'"),
    "tagged": one(f"SELECT COUNT(*) FROM knowledge_text {of} AND tags <> ''"),
    "under": one(f"SELECT COUNT(*) FROM knowledge_article WHERE {ours} AND parent IS NOT NULL"),
    "chinese": one(f"SELECT COUNT(*) FROM knowledge_text {of} AND locale = 'zh-CN'"),
}
rows = [
    ("pages", pages, first["pages"]["here"], here["articles"]),
    ("revisions", revisions, first["revisions"]["here"], here["versions"]),
    ("pictures shown", files - 1, first["files"]["here"], here["pictures"]),
    ("redirects", redirects, first["redirects"]["found"], first["redirects"]["found"]),
    ("redirects that lead somewhere", redirects - 1, first["redirects"]["here"], first["redirects"]["here"]),
    # MediaWiki counts a target once for each page, however often it is linked, and no link of a page to itself.
    ("links between pages", links - dead, links - dead, here["links"]),
    ("dead links", dead, first["links"]["found"] - first["links"]["here"], first["complained"]["link_broken"]),
]
print(f"{'':32}{'MediaWiki':>10}{'report':>10}{'Mainstay':>10}")
for name, theirs, told, ours_now in rows:
    print(f"{name:32}{theirs:>10}{told:>10}{ours_now:>10}")
print("links, each time:", first["links"])
print("beside:", {name: here[name] for name in ("authors", "tagged", "under", "chinese", "neutral")})
print("complaints:", first["complained"])
print("passed over:", first["passed_over"])
broken = [row for row in rows if len(set(row[1:])) != 1]
if here["neutral"] or here["under"] != 2 or here["authors"] < 3 or here["chinese"] != 1:
    broken.append(("beside",))
if any("line" not in line or not line["page"] for line in first["complaints"]):
    broken.append(("complaints",))
# Run twice: everything is known, nothing came again.
for name in ("pages", "revisions"):
    if second[name]["known"] != second[name]["here"] or second[name]["here"] != first[name]["here"]:
        broken.append(("twice", name))
if broken:
    sys.exit(f"the sides differ: {broken}")
print("both sides agree; the second run brought nothing")
PYTHON
