"""A luigi pipeline of two tasks."""

import json

import luigi


class shop(luigi.Config):
    bucket = luigi.Parameter()
    rows = luigi.IntParameter(default=10)


class Extract(luigi.Task):
    day = luigi.DateParameter()

    def output(self):
        return luigi.LocalTarget(f"/data/extract-{self.day}.json")

    def run(self):
        with self.output().open("w") as file:
            json.dump([{"id": number, "price": 3.5} for number in range(shop().rows)], file)


class Load(luigi.Task):
    day = luigi.DateParameter()

    def requires(self):
        return Extract(self.day)

    def output(self):
        return luigi.LocalTarget(f"/data/load-{self.day}.txt")

    def run(self):
        with self.input().open() as file:
            rows = json.load(file)
        total = sum(row["amount"] for row in rows)
        with self.output().open("w") as file:
            file.write(f"{shop().bucket} {total}")
