//! The functions of Terraform.
