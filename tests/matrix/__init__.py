"""The permission matrix: every route x method x persona x state of the event it is about.

- `world` picks the rows that the routes are asked of;
- `cells` decides each cell in process, by `Route.judge`;
- `requests` sends a cell to the server and reads who was let in;
- `page` prints the cells as docs/permission-matrix.html, which the tests hold to be current:
  a change of who may do what is a change of that page, and is seen in review;
- `intent` says by hand, of what is most sensitive, who is meant to get in;
- `mutants` breaks each statement in every way there is, and asks who would notice.
"""
