"""The students' library of the knowledge distillation lab."""
