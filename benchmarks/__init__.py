"""What the addon costs and saves, measured side by side with Odoo's own on clones of one database: `make bench`.

A file of this package registers the rows of one house of the addon, and `__main__` lists the files; `rows` says what a
row is, `worker` runs one side of it in a process of its own, `data` fills the database that all are cloned from.
"""
