"""Packs audit files and puts them into a bucket: configparser, boto3, tarfile."""

import configparser
import glob
import logging
import logging.config
import os
import sys
import tarfile

import boto3
import botocore.exceptions

CONFIG = os.environ.get("ARCHIVER_CONFIG", "/config/archiver.ini")


def run():
    parser = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation())
    with open(CONFIG) as file:
        parser.read_file(file)
    if parser.has_section("loggers"):
        logging.config.fileConfig(parser, disable_existing_loggers=False)
    else:
        logging.basicConfig(level=logging.INFO, format="%(levelname).1s%(asctime)s %(module)s:%(lineno)d] %(message)s")
    section = parser["archive"]
    keep = section.getint("keep_days", 30)
    bucket = section["bucket"]
    source = section["source"]
    target = os.path.join(section.get("work_dir", "/data"), "audit.tar")
    files = sorted(glob.glob(os.path.join(source, "*.log")))
    logging.info("archiving %d files, keeping %d days", len(files), keep)
    with tarfile.open(target, "w") as archive:
        for name in files:
            archive.add(name)
    day = os.path.basename(files[-1]).split("-")[1]
    client = boto3.client("s3", endpoint_url=section.get("endpoint") or None, region_name=section.get("region", "eu-west-1"))
    with open(target, "rb") as body:
        client.put_object(Bucket=bucket, Key=f"{day}.tar", Body=body)
    logging.info("archived as %s.tar", day)


def main():
    try:
        run()
    except (configparser.Error, botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        print(f"audit-archiver: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"audit-archiver: {error.filename or 'i/o'}: {error.strerror}", file=sys.stderr)
        return 74
    return 0


if __name__ == "__main__":
    sys.exit(main())
