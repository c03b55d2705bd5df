"""检查指标 as data, one file a document and version."""
