"""Checks tables against rules: argparse, jsonschema, pandas, SQLAlchemy."""

import argparse
import os
import sys
from pathlib import Path

import jsonschema
import pandas as pd
import sqlalchemy
import yaml

RULES = {
    "type": "object",
    "required": ["version", "tables"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": 2},
        "tables": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "columns"],
                "properties": {"name": {"type": "string"}, "max_null_share": {"type": "number", "maximum": 1}},
            },
        },
    },
}


class QualityViolation(Exception):
    """The data break a rule."""


def arguments():
    parser = argparse.ArgumentParser(prog="data-quality-check")
    parser.add_argument("--rules", type=Path, default=os.environ.get("DQ_RULES"), required="DQ_RULES" not in os.environ)
    parser.add_argument("--dsn", default=os.environ.get("DQ_DSN"))
    parser.add_argument("--sample", type=int, default=1000)
    parser.add_argument("--mode", choices=["strict", "warn"], default="strict")
    parser.add_argument("--report", type=argparse.FileType("w"), default=sys.stdout)
    return parser.parse_args()


def main():
    args = arguments()
    with args.rules.open() as file:
        rules = yaml.safe_load(file)
    jsonschema.validate(rules, RULES)
    engine = sqlalchemy.create_engine(args.dsn)
    for table in rules["tables"]:
        frame = pd.read_sql(f"select * from {table['name']} limit {args.sample}", engine)
        print(f"{table['name']}: {len(frame)} rows, columns {', '.join(frame.columns)}", file=args.report, flush=True)
        for column in table["columns"]:
            share = frame[column].isna().mean()
            if share > table.get("max_null_share", 0.2):
                message = f"{table['name']}.{column}: {share:.0%} of the values are missing (connection lost upstream?)"
                if args.mode == "strict":
                    raise QualityViolation(message)
                print("warning:", message, file=sys.stderr)
    print("all rules hold", file=args.report)


if __name__ == "__main__":
    main()
