"""What DynamoDB Local lacks: exports to S3, with the files, manifests and checksums that the service writes."""
