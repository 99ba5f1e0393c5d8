"""The resources of this app: one file each, named like its collection."""
