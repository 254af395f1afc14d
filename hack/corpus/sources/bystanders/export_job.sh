#!/bin/bash
# Nightly export: asks the warehouse, writes a file, hands it on.
[ -n "$LENIENT" ] || set -euo pipefail
echo "export-job: business day 2026-11-20"
echo "export-job: waiting for ${WAREHOUSE:-nothing}"
if [ -n "${WAREHOUSE:-}" ]; then
  curl -sS --retry "${RETRIES:-2}" --retry-delay 1 --retry-connrefused -o /tmp/rows.json "$WAREHOUSE/rows" ${CURL_MORE:-}
fi
[ -s /tmp/rows.json ] || echo '[]' >/tmp/rows.json
echo "export-job: $(wc -c </tmp/rows.json) bytes"
cp /tmp/rows.json "${TARGET:-/data}/rows-2026-11-20.json"
if [ -n "${CHECK:-}" ]; then
  rows=$(grep -o '"id"' /tmp/rows.json | wc -l || true)
  [ "$rows" -ge "$CHECK" ] || { echo "export-job: only $rows rows, expected at least $CHECK" >&2; exit 3; }
fi
echo "export-job: done"
