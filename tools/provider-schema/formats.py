"""Hand-written formats: arguments whose text the provider takes apart, which no model says.

Each table names arguments by type and path. A path may be entered only if the provider is known to
refuse anything else; the generator stops at a path that no schema has.
"""

# IAM policy documents in JSON.
POLICY = """
aws_iam_policy.policy aws_iam_role.assume_role_policy aws_iam_role.inline_policy.policy aws_iam_role_policy.policy
aws_iam_user_policy.policy aws_iam_group_policy.policy aws_s3_bucket.policy aws_s3_bucket_policy.policy
aws_s3_access_point.policy aws_s3control_access_point_policy.policy aws_s3control_bucket_policy.policy
aws_s3control_object_lambda_access_point_policy.policy aws_s3control_multi_region_access_point_policy.details.policy
aws_sqs_queue.policy aws_sqs_queue_policy.policy aws_sns_topic.policy aws_sns_topic_policy.policy aws_kms_key.policy
aws_kms_key_policy.policy aws_kms_external_key.policy aws_kms_replica_key.policy aws_kms_replica_external_key.policy
aws_ecr_repository_policy.policy aws_ecr_registry_policy.policy aws_ecrpublic_repository_policy.policy
aws_efs_file_system_policy.policy aws_secretsmanager_secret.policy aws_secretsmanager_secret_policy.policy
aws_backup_vault_policy.policy aws_cloudwatch_event_bus_policy.policy aws_codeartifact_domain_permissions_policy.policy_document
aws_codeartifact_repository_permissions_policy.policy_document aws_elasticsearch_domain.access_policies
aws_elasticsearch_domain_policy.access_policies aws_opensearch_domain.access_policies aws_opensearch_domain_policy.access_policies
aws_glacier_vault.access_policy aws_glacier_vault_lock.policy aws_glue_resource_policy.policy aws_media_store_container_policy.policy
aws_api_gateway_rest_api.policy aws_api_gateway_rest_api_policy.policy aws_vpc_endpoint.policy aws_vpc_endpoint_policy.policy
aws_ses_identity_policy.policy aws_sesv2_email_identity_policy.policy aws_transfer_user.policy aws_transfer_access.policy
aws_ssoadmin_permission_set_inline_policy.inline_policy aws_cloudwatch_log_destination_policy.access_policy
""".split()

# JSON documents of any other form.
JSON = """
aws_ecs_task_definition.container_definitions aws_cloudwatch_event_rule.event_pattern aws_cloudwatch_event_archive.event_pattern
aws_sfn_state_machine.definition aws_ecr_lifecycle_policy.policy aws_sns_topic_subscription.filter_policy
aws_sqs_queue.redrive_policy aws_sqs_queue.redrive_allow_policy aws_sqs_queue_redrive_policy.redrive_policy
aws_sqs_queue_redrive_allow_policy.redrive_allow_policy aws_organizations_policy.content
aws_cloudwatch_dashboard.dashboard_body aws_iot_policy.policy aws_batch_job_definition.container_properties
aws_sns_topic.delivery_policy aws_sns_topic_subscription.delivery_policy aws_sns_topic_subscription.redrive_policy
""".split()

# CIDR notation; `_network` where the provider demands that the bits of the host are zero.
CIDR = {
    "ipv4_cidr_network": """
        aws_vpc.cidr_block aws_subnet.cidr_block aws_route.destination_cidr_block
        aws_vpc_security_group_ingress_rule.cidr_ipv4 aws_vpc_security_group_egress_rule.cidr_ipv4
        aws_vpc_ipv4_cidr_block_association.cidr_block aws_ec2_transit_gateway_route.destination_cidr_block
    """.split(),
    "ipv6_cidr_network": """
        aws_subnet.ipv6_cidr_block aws_route.destination_ipv6_cidr_block
        aws_vpc_security_group_ingress_rule.cidr_ipv6 aws_vpc_security_group_egress_rule.cidr_ipv6
    """.split(),
    "cidr_network": """
        aws_security_group_rule.cidr_blocks aws_security_group_rule.ipv6_cidr_blocks
        aws_security_group.ingress.cidr_blocks aws_security_group.ingress.ipv6_cidr_blocks
        aws_security_group.egress.cidr_blocks aws_security_group.egress.ipv6_cidr_blocks
        aws_default_security_group.ingress.cidr_blocks aws_default_security_group.ingress.ipv6_cidr_blocks
        aws_default_security_group.egress.cidr_blocks aws_default_security_group.egress.ipv6_cidr_blocks
    """.split(),
    "cidr": """
        aws_ec2_managed_prefix_list.entry.cidr
        aws_network_acl_rule.cidr_block aws_ec2_client_vpn_endpoint.client_cidr_block
        aws_ec2_client_vpn_authorization_rule.target_network_cidr aws_ec2_client_vpn_route.destination_cidr_block
    """.split(),
}


def table():
    """{path: format} of all entries."""
    entries = {path: "policy" for path in POLICY} | {path: "json" for path in JSON}
    for name, paths in CIDR.items():
        entries |= {path: name for path in paths}
    return entries
