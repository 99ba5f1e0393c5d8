"""The read plan: how a resource's rows become a document without models or serializers.

A plan is compiled once for a resource, a kind of viewer and the shape of a query. It holds
one SQL statement for the rows, one for each included relationship, and a flat writer for each
type. Running it binds values, runs the statements and joins bytes.

    sql       statements compiled once by the ORM, their values bound on every run
    shape     the columns of a type's rows, and the writer of each audience
    compiler  a query's shape -> a plan
    page      a plan -> a document in memory
    spool     a plan -> a document of any length in a temporary file
"""
