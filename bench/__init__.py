"""What a read costs: the product's read plan beside a plain stack and a floor, in one run.

`python -m bench` starts a private PostgreSQL and Valkey, fills them with a conference season,
asks every question of three programs and prints what each spent; see docs/benchmarks.md.

    server     the private servers of a run, and the environment that names them
    data       the rows that are read
    cases      the questions, and the programs that answer them
    client     a request through Django's WSGI handler, without a network
    floor      the least a view could do, by hand: psycopg and orjson
    dja        the same resources in plain Django REST framework JSON:API
    agreement  the programs' documents say the same
    cost       CPU seconds of a request, in Python and in PostgreSQL
    queries    statements that a request makes the database run
    memory     peak memory of a request, in a process of its own
    archives   an event taken out, and brought in
    report     the table, the JSON line and the budgets
"""
