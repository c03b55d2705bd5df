"""The tables. One schema for every database; migrations in store/migrations bring older files here.

Long because all tables stand together.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    false,
)

from store.text import String, Text

#: The newest migration; a database at this version needs nothing done.
VERSION = "0008"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: One row an article, by its canonical address. `parts`, `rungs` and `dates` are JSON; `dates` are the days
#: that page, meta tag, list and address each name. Days are the site's calendar days, instants UTC.
#: `text_since` is when the present text was first seen; `repeats` is the earlier article of the same unit
#: that this one says over again ("" for none). `folded` is how the text is to be searched
#: (checks/archive_search.py). `checked_at` and `lists_hash` are of the page's own judgement; a later re-check
#: stands in `rechecks`.
articles = Table(
    "articles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("published", Date),
    Column("source", Text, nullable=False),
    Column("unit", String(64), nullable=False),
    Column("reprinted", Boolean, nullable=False),
    Column("parts", Text, nullable=False),
    Column("text_hash", String(64), nullable=False),
    Column("rungs", Text, nullable=False),
    Column("first_seen", Date, nullable=False),
    Column("last_seen", Date, nullable=False),
    Column("checked_at", DateTime, nullable=False),
    Column("lists_hash", String(64), nullable=False),
    Column("fetched_at", DateTime),
    Column("status", Integer),
    Column("bytes", Integer),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
    Column("text_since", DateTime),
    Column("dates", Text, nullable=False, server_default="{}"),
    Column("repeats", Text, nullable=False, server_default=""),
    Column("folded", Text, nullable=False, server_default=""),
    UniqueConstraint("site", "url"),
    Index(None, "site", "published", "unit", "reprinted"),
)

#: Texts an article had before its present one, oldest first: `number` counts from 1. `parts` is
#: zlib-compressed JSON.
versions = Table(
    "versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("published", Date),
    Column("text_hash", String(64), nullable=False),
    Column("parts", LargeBinary, nullable=False),
    Column("first_seen", DateTime, nullable=False),
    Column("last_seen", DateTime, nullable=False),
    UniqueConstraint("site", "url", "number"),
)

#: Every article page ever wanted, read or not: `state` is new, live, unread, missing or deleted. `asked` and
#: `answered` are the last days it was asked for and gave an answer (304 too), `read` the last day its
#: text was read whole; `failed` counts the nights without answer since. `published` sorts it into a lane.
visits = Table(
    "visits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("published", Date),
    Column("asked", Date),
    Column("answered", Date),
    Column("read", Date),
    Column("failed", Integer, nullable=False),
    Column("why", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
    Column("body_hash", String(64), nullable=False),
    UniqueConstraint("site", "url"),
    Index(None, "site", "state", "answered"),
)

#: This column lists that article: one row a pair. `settled` once a walk from the first page reached known
#: ground; `gone` is the day a walk to the end no longer met it.
entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("column_id", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("listed", Date),
    Column("pinned", Boolean, nullable=False),
    Column("first_seen", Date, nullable=False),
    Column("last_seen", Date, nullable=False),
    Column("settled", Boolean, nullable=False, server_default=false()),
    Column("gone", Date),
    UniqueConstraint("site", "column_id", "url"),
    Index(None, "site", "url"),
)

#: How a column was walked: `walked` the last day known ground was reached, `whole` the last day its end was.
#: `total` is the number of entries the list itself claims.
walks = Table(
    "walks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("column_id", String(64), nullable=False),
    Column("walked", Date),
    Column("whole", Date),
    Column("total", Integer),
    UniqueConstraint("site", "column_id"),
)

#: Never deleted; they change state (store/states.py), each change an event. `about` is what was judged: text,
#: column, page (tags, links and marks of pages), dates, site, unit or media. `due` is the last day a notified
#: unit has, `until` the last day an accepted one is left alone, `reason` why it is dismissed, accepted or
#: unverifiable, `times` how often it came back. `lists_hash` are the lists it was last found with, `found_by`
#: the oldest that found it since it was opened.
findings = Table(
    "findings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("match", Text, nullable=False),
    Column("suggestion", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("unit", String(64), nullable=False),
    Column("column_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("opened", DateTime, nullable=False),
    Column("closed", DateTime),
    Column("lists_hash", String(64), nullable=False),
    Column("about", String(16), nullable=False, server_default="text"),
    Column("due", Date),
    Column("until", Date),
    Column("reason", Text, nullable=False, server_default=""),
    Column("times", Integer, nullable=False, server_default="0"),
    Column("found_by", String(64), nullable=False, server_default=""),
    UniqueConstraint("site", "fingerprint"),
    Index(None, "site", "url"),
    Index(None, "site", "state"),
)

#: Append-only, written by store/chain.py alone: who changed which finding's or draft's state, when, from what to
#: what, why. `hash` is over the row and `prev`, the hash of the site's row before it.
finding_events = Table(
    "finding_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("finding_id", Integer, ForeignKey("findings.id")),
    Column("at", DateTime, nullable=False),
    Column("who", String(64), nullable=False),
    Column("from_state", String(16), nullable=False),
    Column("to_state", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Column("site", String(64), nullable=False, server_default=""),
    Column("evidence", Text, nullable=False, server_default=""),
    Column("prev", String(64), nullable=False, server_default=""),
    Column("hash", String(64), nullable=False, server_default=""),
    Column("draft_id", Integer, ForeignKey("drafts.id")),
    Index(None, "finding_id"),
    Index(None, "draft_id"),
    Index(None, "site", "id"),
)

#: People who sign in. `name` is what they type, `shown` what a step is signed with; both tell one person from all
#: others. `password` is an argon2 hash ("" where only the county's identity service lets them in), `subject` who they
#: are there. `roles` are joined by commas; `unit` "" sees every unit, `site` "" every site.
accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("shown", String(64), nullable=False),
    Column("password", Text, nullable=False),
    Column("subject", String(255), nullable=False),
    Column("roles", String(128), nullable=False),
    Column("site", String(64), nullable=False),
    Column("unit", String(64), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("opened", DateTime, nullable=False),
    Column("changed", DateTime, nullable=False),
    UniqueConstraint("name"),
    UniqueConstraint("shown"),
    Index(None, "subject"),
)

#: Who is signed in where: `mark` is SHA-256 of the secret in the cookie. `closed` ends one before `ends`.
sessions = Table(
    "sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mark", String(64), nullable=False),
    Column("account_id", Integer, ForeignKey("accounts.id"), nullable=False),
    Column("opened", DateTime, nullable=False),
    Column("seen", DateTime, nullable=False),
    Column("ends", DateTime, nullable=False),
    Column("closed", DateTime),
    Column("agent", Text, nullable=False),
    UniqueConstraint("mark"),
    Index(None, "account_id"),
)

#: Secrets by which programs sign in as a person: `mark` is SHA-256 of one.
tokens = Table(
    "tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mark", String(64), nullable=False),
    Column("account_id", Integer, ForeignKey("accounts.id"), nullable=False),
    Column("label", String(64), nullable=False),
    Column("opened", DateTime, nullable=False),
    Column("used", DateTime),
    Column("ends", DateTime),
    Column("closed", DateTime),
    UniqueConstraint("mark"),
    Index(None, "account_id"),
)

#: Drafts on their way through 三审三校 (store/reviews.py); `mark` stands for one in the chain. `texts` counts its
#: texts, `text_hash` is the newest's. `released` and `forgotten` are when it was released and when its texts were
#: let go, `url` where it was published ("" while nobody knows).
drafts = Table(
    "drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("mark", String(64), nullable=False),
    Column("unit", String(64), nullable=False),
    Column("column_id", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("author_id", Integer, ForeignKey("accounts.id"), nullable=False),
    Column("texts", Integer, nullable=False),
    Column("text_hash", String(64), nullable=False),
    Column("opened", DateTime, nullable=False),
    Column("changed", DateTime, nullable=False),
    Column("released", DateTime),
    Column("forgotten", DateTime),
    Column("url", Text, nullable=False),
    UniqueConstraint("site", "mark"),
    Index(None, "site", "state"),
    Index(None, "site", "url"),
)

#: The texts a draft had, numbered from 1. `parts` is zlib-compressed JSON, empty once it was let go; `lists_hash`
#: are the lists it was checked with last.
draft_texts = Table(
    "draft_texts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft_id", Integer, ForeignKey("drafts.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("parts", LargeBinary),
    Column("text_hash", String(64), nullable=False),
    Column("lists_hash", String(64), nullable=False),
    Column("by_id", Integer, ForeignKey("accounts.id"), nullable=False),
    Column("at", DateTime, nullable=False),
    UniqueConstraint("draft_id", "number"),
)

#: Who passed, returned or released which text of a draft, as what (`step`: first, second, final): each by another.
draft_steps = Table(
    "draft_steps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft_id", Integer, ForeignKey("drafts.id"), nullable=False),
    Column("text_number", Integer, nullable=False),
    Column("step", String(16), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("by_id", Integer, ForeignKey("accounts.id"), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("remark", Text, nullable=False),
    Column("overruled", Text, nullable=False),
    Index(None, "draft_id"),
)

#: What an article published since reviews are required was matched to: `draft_id` its released draft (None: none
#: was found), `text_hash` the article's text compared, `state` what store/reviews.py names, `seen` UTC.
review_matches = Table(
    "review_matches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("draft_id", Integer, ForeignKey("drafts.id")),
    Column("text_hash", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("seen", DateTime, nullable=False),
    UniqueConstraint("site", "url"),
)

#: Changes to the office's own lists that somebody proposes and another person decides. `cells` is the row as it is to
#: be, `was` as it is (JSON, {} for none), `tried` what a run over the archive found (JSON).
term_proposals = Table(
    "term_proposals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("list", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("cells", Text, nullable=False),
    Column("was", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("proposed_by", String(64), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("decided_by", String(64), nullable=False),
    Column("decided", DateTime),
    Column("why", Text, nullable=False),
    Column("tried", Text, nullable=False),
    Index(None, "site", "state"),
)

#: What a list or rule is not to find any more: `term` inside an occurrence of `phrase`, in the `scope` (site,
#: unit, column or page) named by `scope_id` ("" for the site), until the day `until` and with it. `state` is
#: proposed, approved or withdrawn; `finding_id` the false alarm that it came from.
exceptions = Table(
    "exceptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("list", String(64), nullable=False),
    Column("term", Text, nullable=False),
    Column("phrase", Text, nullable=False),
    Column("scope", String(16), nullable=False),
    Column("scope_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("until", Date),
    Column("state", String(16), nullable=False),
    Column("proposed_by", String(64), nullable=False),
    Column("decided_by", String(64), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("finding_id", Integer, ForeignKey("findings.id")),
    Index(None, "site", "state"),
)

#: What each recipient was told of a deadline: `step` (before, today, late-0, late-1…) of the deadline `due`.
#: `recipient` is SHA-256 of its address, which is a secret.
reminders = Table(
    "reminders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("recipient", String(64), nullable=False),
    Column("finding_id", Integer, ForeignKey("findings.id"), nullable=False),
    Column("due", Date, nullable=False),
    Column("step", String(16), nullable=False),
    Column("at", DateTime, nullable=False),
    UniqueConstraint("site", "recipient", "finding_id", "due", "step"),
)

#: One row a night; `finished` is empty while it runs, and stays so if it was killed. `lanes` is JSON:
#: requests by lane. `kind` is night or audit.
nights = Table(
    "nights",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("started", DateTime, nullable=False),
    Column("finished", DateTime),
    Column("requests", Integer),
    Column("new", Integer),
    Column("changed", Integer),
    Column("same", Integer),
    Column("unchecked", Text, nullable=False),
    Column("lanes", Text, nullable=False, server_default="{}"),
    Column("kind", String(16), nullable=False, server_default="night"),
    Index(None, "site", "day"),
)

#: How a column stood on a day; the last look of that day counts.
column_days = Table(
    "column_days",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("column_id", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("newest", Date),
    Column("entries", Integer, nullable=False),
    Column("missing", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("whole", Boolean, nullable=False),
    UniqueConstraint("site", "column_id", "day"),
)

#: Every link watched: where it leads (`url`), as what (page, attachment, image, external), how it stands
#: (`state`: new, ok, suspect, dead, blocked, gone-wild, unread). `failed_since` is the day it first failed
#: without having answered after; `pages` on how many pages it was met.
links = Table(
    "links",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("checked", Date),
    Column("failed_since", Date),
    Column("why", Text, nullable=False),
    Column("final_url", Text, nullable=False),
    Column("found", Date, nullable=False),
    UniqueConstraint("site", "url"),
    Index(None, "site", "state", "checked"),
)

#: On which pages a link stands (a bounded number of pages a link), with its words. `place` is a digest of
#: page and link: two long addresses are more than an index takes.
link_places = Table(
    "link_places",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("place", String(64), nullable=False),
    Column("page", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("seen", Date, nullable=False),
    UniqueConstraint("site", "place"),
    Index(None, "site", "url"),
    Index(None, "site", "page"),
)

#: What is wrong with a page as a page (tags, marks, hidden links): a row a page, rule and key. Pages
#: that share a fault make one finding.
page_faults = Table(
    "page_faults",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("rule", String(64), nullable=False),
    Column("key", Text, nullable=False),
    Column("match", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("seen", Date, nullable=False),
    UniqueConstraint("site", "url", "rule", "key"),
    Index(None, "site", "rule", "key"),
)

#: Pages as they were fetched, kept in WARC files: `file` beside the database, record at `offset` of
#: `length` bytes, `digest` SHA-256 of the body.
evidence = Table(
    "evidence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("status", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("file", Text, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("length", BigInteger, nullable=False),
    UniqueConstraint("site", "url", "digest"),
)

#: One row a probe of availability. `control` says whether the control host answered at that time (None: not
#: asked): where it did not, the probe says nothing of the site.
probes = Table(
    "probes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("target", Text, nullable=False),
    Column("opened", Boolean, nullable=False),
    Column("why", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("control", Boolean),
    Index(None, "site", "at"),
)

#: Posts of new-media accounts, from a feed or an imported file.
media_posts = Table(
    "media_posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("account", String(64), nullable=False),
    Column("address", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("title", Text, nullable=False),
    Column("origin", String(16), nullable=False),
    Column("seen", Date, nullable=False),
    UniqueConstraint("site", "account", "address"),
    Index(None, "site", "account", "day"),
)

#: When an account was last looked at, and why nothing could be told ("" if something could).
media_looks = Table(
    "media_looks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("account", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("why", Text, nullable=False),
    UniqueConstraint("site", "account", "day"),
)

#: How the home page stood on a day: the newest day it shows, a digest of what it links, why it was not read.
home_days = Table(
    "home_days",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("newest", Date),
    Column("links_hash", String(64), nullable=False),
    Column("why", Text, nullable=False),
    UniqueConstraint("site", "day"),
)

#: The lists that a site's articles were judged with, on which grounds (checks/grounds.py), and when a night or
#: audit last began to read pages with them. `lists` is zlib-compressed JSON.
list_sets = Table(
    "list_sets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("lists_hash", String(64), nullable=False),
    Column("grounds", String(64), nullable=False),
    Column("last_read", DateTime),
    Column("lists", LargeBinary, nullable=False),
    UniqueConstraint("site", "lists_hash", "grounds"),
)

#: One row a re-check. Articles up to id `reached` are done; `finished` is empty while it runs, and stays so
#: if it was killed until the next one goes on. `day` is what undated articles were judged by.
rechecks = Table(
    "rechecks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("started", DateTime, nullable=False),
    Column("finished", DateTime),
    Column("day", Date, nullable=False),
    Column("lists_hash", String(64), nullable=False),
    Column("grounds", String(64), nullable=False),
    Column("depth", String(16), nullable=False),
    Column("reached", Integer, nullable=False),
    Index(None, "site"),
)

#: Rows of the office's spreadsheets: `kind` is a form's id, `key` tells a row from the others of its kind and
#: quarter ("" where the form has none). `cells` is JSON by field, `place` where it was read (file, sheet, row),
#: `digest` SHA-256 of that file. `withdrawn` is when an import no longer held it; such a row counts no more.
figures = Table(
    "figures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("quarter", String(16), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("key", Text, nullable=False),
    Column("cells", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("imported_at", DateTime, nullable=False),
    Column("withdrawn", DateTime),
    UniqueConstraint("site", "quarter", "kind", "key"),
)

#: Append-only: what a row said before a later import changed, withdrew or brought it back (`what`).
figure_changes = Table(
    "figure_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("figure_id", Integer, ForeignKey("figures.id"), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("what", String(16), nullable=False),
    Column("file", Text, nullable=False),
    Column("cells", Text, nullable=False),
    Column("place", Text, nullable=False),
    Index(None, "figure_id"),
)

#: What units answered to notices, a row an answer: `mark` is what makes two answers the same one, `issued` the day
#: of the form, `answer` what store/replies.py names, `claimed` whether it moved the finding.
replies = Table(
    "replies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("mark", String(64), nullable=False),
    Column("finding_id", Integer, ForeignKey("findings.id"), nullable=False),
    Column("unit", String(64), nullable=False),
    Column("issued", Date, nullable=False),
    Column("answer", String(16), nullable=False),
    Column("day", Date),
    Column("why", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("claimed", Boolean, nullable=False),
    Column("at", DateTime, nullable=False),
    UniqueConstraint("site", "mark"),
    Index(None, "finding_id"),
)

#: Reports of outside monitors: `mapping` says what its columns were read as, `digest` is SHA-256 of its records.
#: The days watched are inclusive, None where nobody said.
monitor_reports = Table(
    "monitor_reports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("file", Text, nullable=False),
    Column("mapping", String(64), nullable=False),
    Column("product", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("since", Date),
    Column("until", Date),
    Column("imported_at", DateTime, nullable=False),
    UniqueConstraint("site", "digest"),
)

#: What a report says, a row a wrong word, numbered from 1. `url` and `parent` are canonical; `cells` is JSON by the
#: mapping's fields, as they were written.
monitor_records = Table(
    "monitor_records",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", Integer, ForeignKey("monitor_reports.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("place", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("word", Text, nullable=False),
    Column("context", Text, nullable=False),
    Column("parent", Text, nullable=False),
    Column("day", Date),
    Column("cells", Text, nullable=False),
    UniqueConstraint("report_id", "number"),
)
