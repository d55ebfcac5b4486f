# Readers for the exports of other desks.
