"""The JSON:API engine: resources, the read plan, writes, filters, errors."""
