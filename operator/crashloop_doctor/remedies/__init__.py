"""Diagnosis + workload -> Plan or Refusal: pure; one module a remedy, `registry` names them all."""
