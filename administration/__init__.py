"""Resources and admin pages of site, jobs and activity; pages, statistics and sales."""
