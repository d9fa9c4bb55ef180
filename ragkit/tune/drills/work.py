"""Domains of offices: people, money, rules, places and dates."""

from __future__ import annotations

from ragkit.tune.drills.schema import Schema, col
from ragkit.tune.drills.words import (
    CITIES,
    COUNTRIES,
    coded,
    coined,
    date,
    email,
    hours,
    money,
    number,
    one_of,
    pair,
    percent,
    person,
    phone,
    weekdays,
)

_DAYS = number(2, 45, 1, "{} days|{} days|{} working days")
_GRADES = one_of([f"grade {n}" for n in range(1, 10)])
_BANDS = one_of([f"band {letter}" for letter in "ABCDEFGH"])
_YEARS = one_of([str(year) for year in range(2012, 2031)])
_DEPARTMENTS = one_of(
    "Payroll|Procurement|Legal|Facilities|Customer Care|Logistics|Research|Quality|Marketing|Treasury|Recruiting|"
    "Security|Archive|Catering|Fleet|Translation|Print Shop|Library|Housing|Training"
)

SCHEMAS = (
    Schema(
        "leave",
        ("People > Leave", "Staff guide > Time off", "Absence rules"),
        "Country",
        one_of(COUNTRIES),
        (
            col(
                "annual leave|paid holiday|vacation days",
                _DAYS,
                "How many days off does {axis} get {of}?",
                "How much holiday do employees in {axis} have {of}?",
                "Staff in {axis} get {v} of annual leave {of}.",
            ),
            col(
                "parental leave|leave for new parents",
                number(4, 52, 1, "{} weeks"),
                "How long is parental leave {of} for {axis}?",
            ),
            col(
                "sick pay period|paid sick leave",
                number(2, 26, 1, "{} weeks"),
                "How long does {axis} get paid when ill {of}?",
            ),
            col("notice period|time of notice", number(2, 26, 1, "{} weeks"), "How much notice must {axis} give {of}?"),
            col("probation period|trial period", number(2, 9, 1, "{} months"), "How long is {axis} on probation {of}?"),
        ),
        of="in {}",
        axis=_GRADES,
    ),
    Schema(
        "expenses",
        ("Travel rules > Expense limits", "Expenses", "Finance manual > Business travel"),
        "City",
        one_of(CITIES),
        (
            col(
                "hotel limit|maximum hotel rate|cap on hotel costs",
                money(60, 390, 5),
                "How much may {axis} spend on a hotel {of}?",
                "{s} has a hotel limit of {v} a night for {axis}.",
            ),
            col("meal allowance|daily food allowance", money(15, 95), "How much can {axis} spend on food {of}?"),
            col("taxi limit|cap on taxi rides", money(10, 90, 5), "What may a taxi cost {of} for {axis}?"),
            col("per diem|daily allowance", money(20, 140), "How much is paid per day to {axis} {of}?"),
        ),
        of="in {}",
        axis=_BANDS,
    ),
    Schema(
        "contacts",
        ("Contacts > Departments", "Who to call", "Directory"),
        "Department",
        _DEPARTMENTS,
        (
            col("phone number|telephone number|extension", phone, "How do I reach {s} by phone?", "Call {s} on {v}."),
            col(
                "email address|mail address|e-mail",
                email,
                "Where do I send an email {of}?",
                "Write to {v} to reach {s}.",
            ),
            col("head|manager|leader", person, "Who runs {s}?", "Who is in charge of {s}?", "{s} is run by {v}."),
            col("room|office|office number", coded("@#.##|room ###|@-###"), "Where is {s}?", "{s} sits in {v}."),
            col("deputy|deputy head", person, "Who stands in for the head of {s}?"),
            col("opening hours|office hours", hours, "When is {s} open?"),
        ),
        subject="the {} department",
        of="of the {} department",
    ),
    Schema(
        "retention",
        ("Records > Retention periods", "Retention schedule", "Data protection > Keeping records"),
        "Record type",
        one_of(
            "payslips|tenders|visitor logs|camera footage|job applications|tax returns|contracts|complaints|minutes|"
            "invoices|call recordings|badge logs|delivery notes|accident reports|medical files|customer letters|"
            "drawings|"
            "audit trails|purchase orders|training records|insurance claims|test reports"
        ),
        (
            col(
                "retention period|storage period|time of keeping",
                number(2, 30, 1, "{} years|{} months"),
                "How long do we keep {s}?",
                "How long must {s} be stored?",
                "{s} are kept for {v}.",
                "{s} must be kept for {v}.",
            ),
            col("owner|responsible person", person, "Who is responsible for {s}?"),
            col(
                "storage place|storage location",
                one_of(
                    "locked cabinet|archive server|basement store|off-site vault|finance drive|"
                    "cold storage|cloud archive|fire-proof safe"
                ),
                "Where are {s} stored?",
                "{s} are stored in the {v}.",
            ),
            col(
                "method of disposal|way of disposal",
                one_of("shredding|secure wipe|burning|pulping|handover to the state archive|deletion"),
                "How are {s} destroyed?",
            ),
            col("legal basis", coded("section ##|article ##|§ ###"), "Which rule says how long to keep {s}?"),
        ),
    ),
    Schema(
        "budget",
        ("Budget", "Finance > Yearly plan", "Annual accounts > Spending"),
        "Department",
        _DEPARTMENTS,
        (
            col("budget|approved budget", money(20000, 990000, 5000), "How much money did {s} get in {axis}?"),
            col("spending|expenditure|actual costs", money(20000, 990000, 5000), "How much did {s} spend in {axis}?"),
            col(
                "headcount|number of staff",
                number(3, 240, 1, "{}|{} people"),
                "How many people worked in {s} in {axis}?",
            ),
            col("training costs|cost of training", money(1000, 95000, 1000), "What did training cost {s} in {axis}?"),
        ),
        subject="the {} department",
        of="of the {} department",
        axis=_YEARS,
        axis_phrase="in {}",
    ),
    Schema(
        "rooms",
        ("Meeting rooms", "Building guide > Rooms", "Booking rooms"),
        "Room",
        coined,
        (
            col(
                "capacity|number of seats",
                number(4, 180, 2, "{} people|{} seats"),
                "How many people fit into {s}?",
                "{s} seats {v}.",
            ),
            col(
                "floor",
                one_of("ground floor|first floor|second floor|third floor|fourth floor|basement"),
                "On which floor is {s}?",
                "{s} is on the {v}.",
            ),
            col(
                "hourly rate|price per hour",
                money(10, 140, 5),
                "What does {s} cost an hour?",
                "How much is {s} per hour?",
            ),
            col(
                "equipment|technology",
                one_of(
                    "projector and whiteboard|two screens|video conference set|flip chart|piano|smart board|"
                    "no equipment"
                ),
                "What is {s} equipped with?",
                "{s} comes with {v}.",
            ),
            col("booking contact|person for bookings", person, "Who takes bookings {of}?"),
            col(
                "notice for cancelling|cancellation notice",
                number(2, 72, 2, "{} hours"),
                "How long before can {s} be cancelled?",
            ),
        ),
        subject="the {} room",
        of="of the {} room",
    ),
    Schema(
        "training",
        ("Training catalogue", "Course timetable", "Learning > Courses"),
        "Course",
        pair(
            "Basic|Advanced|Applied|Practical|Introductory|Modern",
            "Welding|Statistics|First Aid|Bookkeeping|Spanish|Negotiation|"
            "Photography|Surveying|Data Cleaning|Beekeeping|Carpentry|Public Speaking|Soldering|Typography|Ceramics",
        ),
        (
            col("teacher|lecturer|instructor", person, "Who teaches {s}?", "{s} is taught by {v}."),
            col(
                "room|classroom", coded("@###|room ##|hall #"), "Where does {s} take place?", "{s} takes place in {v}."
            ),
            col("starting date|first day", date(2022, 2028), "When does {s} begin?", "{s} begins on {v}."),
            col(
                "fee|course fee|price",
                money(40, 900, 10),
                "What does {s} cost?",
                "How much do I pay for {s}?",
                "{s} costs {v}.",
            ),
            col(
                "length|duration",
                number(2, 16, 1, "{} weeks|{} sessions"),
                "How long does {s} last?",
                "{s} runs for {v}.",
            ),
            col("day|weekday", weekdays, "On which days is {s} held?"),
            col("number of places|class size", number(6, 60, 1), "How many people can join {s}?"),
        ),
    ),
    Schema(
        "opening",
        ("Visit us > Opening hours", "Opening times", "Our branches"),
        "Branch",
        one_of(CITIES),
        (
            col(
                "opening hours|hours|opening times",
                hours,
                "When is the branch in {name} open on {axis}?",
                "What time can I go to {s} on {axis}?",
            ),
            col("staffed hours|hours with staff", hours, "When is somebody at the desk at {s} on {axis}?"),
            col("delivery window|time for deliveries", hours, "When can goods be delivered to {s} on {axis}?"),
        ),
        subject="the {} branch",
        of="of the {} branch",
        axis=one_of("Thursdays|Saturdays|Sundays|public holidays|Mondays|Fridays"),
        axis_phrase="on {}",
    ),
    Schema(
        "grants",
        ("Funding > Grants", "Grant programmes", "Scholarships"),
        "Programme",
        pair(coined, "Grant|Fellowship|Fund|Prize|Bursary"),
        (
            col(
                "amount|maximum amount|sum",
                money(500, 60000, 500),
                "How much money does {s} give?",
                "{s} pays up to {v}.",
            ),
            col(
                "deadline|closing date|last day for applications",
                date(2022, 2029),
                "By when must I apply for {s}?",
                "Applications for {s} close on {v}.",
            ),
            col("duration|length", number(3, 36, 3, "{} months"), "How long does {s} run?", "{s} runs for {v}."),
            col(
                "own contribution|share to be paid by the applicant",
                percent(5, 50),
                "How much must applicants for {s} pay themselves?",
            ),
            col("age limit", number(24, 45, 1, "{} years|{}"), "How old may applicants for {s} be?"),
            col("contact|contact person", person, "Whom do I ask about {s}?", "{v} answers questions about {s}."),
        ),
        subject="the {}",
        of="of the {}",
    ),
    Schema(
        "elections",
        ("Results", "Council election", "Votes by district"),
        "District",
        pair("North|South|East|West|Old|New|Upper|Lower", coined),
        (
            col(
                "turnout",
                percent(31, 89),
                "How many people voted in {s} in {axis}?",
                "Turnout in {s} was {v} in {axis}.",
            ),
            col(
                "winner|winning candidate",
                person,
                "Who won in {s} in {axis}?",
                "Who was elected {of} in {axis}?",
                "{v} won {s} in {axis}.",
            ),
            col(
                "number of registered voters|registered voters",
                number(900, 90000, 7),
                "How many voters were registered in {s} in {axis}?",
            ),
            col("share of postal votes|postal votes", percent(3, 60), "How many voted by mail in {s} in {axis}?"),
        ),
        of="in {}",
        axis=_YEARS,
        axis_phrase="in {}",
    ),
    Schema(
        "vendors",
        ("Suppliers", "Purchasing > Framework contracts", "Supplier list"),
        "Supplier",
        pair(coined, "Ltd|GmbH|Group|Works|& Sons|SA"),
        (
            col(
                "payment term|time to pay",
                number(7, 90, 1, "{} days"),
                "When do we have to pay {s}?",
                "Invoices from {s} are due after {v}.",
            ),
            col("discount|rebate", percent(2, 25), "What discount does {s} give?", "{s} grants a discount of {v}."),
            col(
                "end of contract|contract end",
                date(2024, 2031),
                "When does the contract with {s} run out?",
                "The contract with {s} ends on {v}.",
            ),
            col("minimum order|smallest order", money(50, 2000, 50), "What is the least we can order from {s}?"),
            col("account manager|contact", person, "Who is our contact at {s}?", "Our contact at {s} is {v}."),
            col(
                "delivery time|lead time",
                number(2, 40, 1, "{} days"),
                "How fast does {s} deliver?",
                "{s} delivers within {v}.",
            ),
        ),
        of="of {}",
    ),
    Schema(
        "insurance",
        ("Insurance > Benefits", "Policy conditions", "Cover at a glance"),
        "Benefit",
        one_of(
            "dental care|glasses|hospital stay|physiotherapy|travel abroad|lost luggage|legal costs|burst pipes|"
            "theft|storm damage|"
            "broken windows|rental car|rescue costs|hearing aids|home nursing|vaccination"
        ),
        (
            col("limit|maximum payment|sum insured", money(200, 90000, 100), "How much is paid for {s} under {axis}?"),
            col("excess|deductible", money(20, 900, 10), "What must I pay myself for {s} under {axis}?"),
            col(
                "waiting period|waiting time",
                number(2, 24, 1, "{} months"),
                "How long do I wait before {s} is covered under {axis}?",
            ),
        ),
        axis=one_of("Basic|Silver|Gold|Family|Student|Senior|Premium|Comfort"),
        axis_phrase="under the {} policy",
    ),
)
