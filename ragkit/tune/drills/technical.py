"""Domains of programs and machines: settings, errors, limits, versions, rights and copies."""

from __future__ import annotations

from ragkit.tune.drills.schema import Schema, col
from ragkit.tune.drills.words import (
    CITIES,
    PLANS,
    clock,
    coded,
    coined,
    date,
    email,
    endpoint,
    flag,
    number,
    one_of,
    option,
    pair,
    percent,
    person,
    version,
    weekdays,
)

_TIERS = one_of("Bronze|Silver|Gold|Platinum|Standard|Priority|Critical|Essential")
_SIGNAL = one_of(
    "network cable unplugged|disk full|wrong password|sensor blocked|door open|battery low|filter clogged|"
    "clock not set|"
    "licence expired|paper jam|pump dry|fan stopped|motor too hot|certificate not trusted|file locked|memory exhausted"
)
_REMEDY = one_of(
    "restart the unit|call the service desk|clean the filter|renew the licence|close the door|free some disk space|"
    "replace the battery|reset the password|check the cable|wait ten minutes|update the firmware|refill the tank|"
    "import the certificate|reduce the batch size|run the repair tool|set the clock by hand"
)
SCHEMAS = (
    Schema(
        "sla",
        ("Service levels", "Support > Response times", "SLA"),
        "Severity",
        one_of([f"priority {n}" for n in range(1, 7)]),
        (
            col(
                "response time|time to first response",
                number(5, 90, 5, "{} minutes|{} hours"),
                "How fast do you answer a {name} ticket under {axis}?",
            ),
            col(
                "resolution time|time to fix",
                number(2, 96, 1, "{} hours"),
                "How long does it take to solve {s} under {axis}?",
            ),
            col(
                "update interval|interval of updates",
                number(10, 240, 10, "{} minutes"),
                "How often are there updates {of} under {axis}?",
            ),
            col("service credit|credit", percent(2, 40), "What credit is paid when {s} is missed under {axis}?"),
        ),
        subject="a {} ticket",
        of="for {}",
        axis=_TIERS,
        axis_phrase="under {}",
    ),
    Schema(
        "errors",
        ("Troubleshooting > Error codes", "Error messages", "Fault list"),
        "Code",
        coded("E-###|E##|ERR_####|0x@##|@@###|F-##"),
        (
            col(
                "meaning|cause|reason",
                _SIGNAL,
                "What does {s} mean?",
                "Why do I see {s}?",
                "What causes {s}?",
                "{s} means: {v}.",
                "{s} stands for {v}.",
            ),
            col(
                "remedy|fix|solution",
                _REMEDY,
                "How do I fix {s}?",
                "What should I do when {s} shows up?",
                "What to do about {s}?",
                "On {s}, {v}.",
                "When {s} appears, {v}.",
            ),
            col(
                "severity|level",
                one_of("warning|critical|info|fatal|minor"),
                "How serious is {s}?",
                "{s} counts as {v}.",
            ),
            col("number of retries|retries", number(2, 12, 1, "{}|{} times"), "How often is it tried again after {s}?"),
            col("log file", coded("svc##.log|audit-#.log|@#.log"), "Which file records {s}?"),
        ),
        subject="error {}",
        of="of error {}",
        technical=True,
    ),
    Schema(
        "options",
        ("Configuration > Settings", "Reference > Options", "Settings file"),
        "Option",
        option,
        (
            col(
                "default|default value",
                number(1, 9000, 1, "{}|{}s|{} MB|{}ms"),
                "What is {s} set to if I do not change it?",
                "{s} defaults to {v}.",
                "By default {s} is {v}.",
            ),
            col(
                "maximum|maximum value|upper limit",
                number(10, 99000, 10),
                "How high can I set {s}?",
                "{s} can be at most {v}.",
            ),
            col("minimum|minimum value|lowest value", number(0, 9), "How low can {s} be?", "{s} must be at least {v}."),
            col(
                "environment variable|variable",
                coded("APP_@@@|SVC_@@_@@|@@_@@@"),
                "Which environment variable sets {s}?",
                "{s} can also be set through {v}.",
            ),
            col(
                "type|data type",
                one_of("integer|string|boolean|duration|list of strings|float|path"),
                "What type is {s}?",
                "{s} is of type {v}.",
            ),
            col(
                "version of introduction|first version",
                version,
                "Since which version is there {s}?",
                "{s} was added in {v}.",
            ),
        ),
        subject="`{}`",
        of="of `{}`",
        technical=True,
    ),
    Schema(
        "flags",
        ("Command line > Options", "Usage", "CLI reference"),
        "Flag",
        flag,
        (
            col("short form|short option", coded("-@"), "What is short for {s}?", "{s} can be written {v}."),
            col(
                "default|default value",
                one_of("off|on|4|auto|stdout|none|10|release|./out|utf-8|1 hour|error"),
                "What does {s} default to?",
                "{s} defaults to {v}.",
            ),
            col(
                "effect|purpose",
                one_of(
                    "skips files that exist|prints each step|stops at the first error|writes a report|"
                    "keeps temporary files|"
                    "reads from standard input|ignores hidden folders|asks before each change|"
                    "sorts the result by size|follows symbolic links"
                ),
                "What does {s} do?",
                "What is {s} for?",
                "{s} {v}.",
            ),
            col(
                "first version|version of introduction", version, "Since when does {s} exist?", "{s} exists since {v}."
            ),
        ),
        of="of {}",
        technical=True,
    ),
    Schema(
        "limits",
        ("API > Limits", "Rate limits", "Developer guide > Quotas"),
        "Endpoint",
        endpoint,
        (
            col(
                "rate limit|request limit",
                number(5, 3000, 5, "{} requests per minute|{} per hour|{} requests/s"),
                "How often can I call {s} on {axis}?",
                "How many requests to {s} does {axis} allow?",
            ),
            col(
                "page size|largest page",
                number(10, 1000, 10, "{} items|{}"),
                "How many items does {s} return at most on {axis}?",
            ),
            col(
                "timeout|time limit",
                number(2, 120, 1, "{} seconds|{} s"),
                "After how long does {s} time out on {axis}?",
            ),
            col(
                "body size|largest body", number(1, 250, 1, "{} MB|{} kB"), "How big may a request to {s} be on {axis}?"
            ),
        ),
        axis=PLANS,
        axis_phrase="on {}",
        technical=True,
    ),
    Schema(
        "params",
        ("API reference > Parameters", "Endpoints > Query parameters", "Function reference"),
        "Parameter",
        one_of(
            "limit|offset|sort_by|locale|include_deleted|since|until|format|expand|page_token|dry_run|tags|owner_id|"
            "region|depth|priority|webhook_url|checksum"
        ),
        (
            col(
                "type",
                one_of("integer|string|boolean|ISO date|array of strings|UUID|enum|float"),
                "What type is {s}?",
                "What kind of value does {s} take?",
                "{s} is a {v}.",
            ),
            col(
                "default|default value",
                one_of("20|0|false|true|null|en|json|none|created_at|100|1|asc"),
                "What happens to be the value of {s} if I leave it out?",
                "{s} defaults to {v}.",
            ),
            col(
                "maximum|upper bound",
                number(10, 5000, 10),
                "What is the highest value {s} accepts?",
                "{s} may not exceed {v}.",
            ),
            col(
                "error when invalid|error code",
                coded("4##|E_@@@_#|ERR##"),
                "Which error do I get for a bad {name}?",
                "A bad {name} is answered with {v}.",
            ),
            col("required scope|scope", coded("read:@@|write:@@|admin.@@"), "Which scope do I need to use {s}?"),
        ),
        subject="`{}`",
        of="of `{}`",
        technical=True,
    ),
    Schema(
        "releases",
        ("Release notes", "Changelog", "Version history"),
        "Version",
        version,
        (
            col(
                "release date|date of release",
                date(2017, 2026),
                "When was {s} released?",
                "When did {s} come out?",
                "{s} was released on {v}.",
            ),
            col(
                "end of support|support end",
                date(2020, 2030),
                "Until when is {s} supported?",
                "Support for {s} ends on {v}.",
            ),
            col("minimum database version|required database", version, "Which database version does {s} need?"),
            col(
                "new feature|main new feature",
                one_of(
                    "dark mode|bulk import|two-factor login|offline search|audit export|calendar sync|custom roles|"
                    "drag and drop|PDF preview|shared drafts|keyboard shortcuts"
                ),
                "What is new in {s}?",
                "What did {s} add?",
                "{s} added {v}.",
                "{s} brings {v}.",
            ),
            col(
                "removed feature|feature removed",
                one_of(
                    "the old editor|FTP upload|XML export|the classic theme|guest login|the fax module|Flash charts"
                ),
                "What was removed in {s}?",
                "{s} drops {v}.",
            ),
            col("download size|size of the download", number(20, 900, 1, "{} MB"), "How large is {s}?"),
        ),
        subject="version {}",
        of="of version {}",
        technical=True,
    ),
    Schema(
        "permissions",
        ("Permissions", "Admin guide > Roles", "Access rights"),
        "Action",
        one_of(
            "delete projects|invite guests|export data|edit invoices|change passwords|publish pages|view salaries|"
            "restore backups|close tickets|"
            "create teams|merge branches|rename folders|approve orders|archive cases"
        ),
        (
            col(
                "right|access",
                one_of("yes|no|own only|with approval|read only|on request"),
                "Is {axis} allowed to {name}?",
                "Can {axis} {name}?",
                "May {axis} {name}?",
            ),
            col("daily limit|limit per day", number(2, 90, 1), "How often a day may {axis} {name}?"),
            col("approver", person, "Who must approve when {axis} wants to {name}?"),
        ),
        subject="{}",
        of="to {}",
        axis=one_of("viewer|editor|owner|auditor|guest|moderator|billing admin|operator|contractor|trainee"),
        axis_phrase="for the {}",
    ),
    Schema(
        "backups",
        ("Backup > Schedule", "Operations > Backups", "Disaster recovery"),
        "System",
        pair(coined, "database|file server|mail store|wiki|web shop|archive"),
        (
            col("backup time|start of the backup", clock(0, 5), "When is {s} backed up?", "{s} is backed up at {v}."),
            col(
                "retention|time that copies are kept",
                number(7, 400, 1, "{} days"),
                "How long are copies of {s} kept?",
                "Copies of {s} are kept for {v}.",
            ),
            col(
                "recovery time objective|RTO",
                number(2, 72, 1, "{} hours"),
                "How fast must {s} be back?",
                "{s} must be back within {v}.",
            ),
            col("recovery point objective|RPO", number(5, 90, 5, "{} minutes"), "How much data of {s} may be lost?"),
            col(
                "storage location|place of the copies",
                pair(one_of(CITIES), "data centre|vault|site"),
                "Where are copies of {s} stored?",
                "Copies of {s} lie in the {v}.",
            ),
            col("person on duty|person responsible", person, "Who looks after backups of {s}?"),
        ),
        subject="the {}",
        of="of the {}",
        technical=True,
    ),
    Schema(
        "devices",
        ("Inventory", "Equipment list", "Assets > Devices"),
        "Device",
        coded("PC-####|@@-##|NB####|prn-##|srv##"),
        (
            col("user|owner", person, "Who uses {s}?", "{s} belongs to {v}."),
            col("serial number", coded("@#@##@##|####-@@-##"), "Which serial number has {s}?"),
            col("date of purchase|purchase date", date(2015, 2025), "When was {s} bought?", "{s} was bought on {v}."),
            col("location|place", pair("building", coded("@|@#|##")), "Where does {s} stand?", "{s} stands in {v}."),
            col(
                "operating system",
                pair("Debian|Windows|Fedora|macOS|Ubuntu", version),
                "What does {s} run on?",
                "{s} runs {v}.",
            ),
            col("support address|contact for repairs", email, "Whom do I write to if {s} breaks?"),
            col("maintenance day|day of maintenance", weekdays, "When is {s} serviced?"),
        ),
        of="of {}",
    ),
)
