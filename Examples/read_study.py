# A study in Python: its tidy table from the CSV export, and the same numbers from its store.
#   python3 read_study.py results/quickstart
import csv, sqlite3, statistics, sys

folder = sys.argv[1]
with open(f"{folder}/tables/metrics.csv", newline="", encoding="utf-8") as file:
    rows = [row for row in csv.DictReader(file) if row["metric"] == "radius_median" and row["value"]]
for slab in sorted({row["slab"] for row in rows}):
    print(slab, statistics.mean(float(row["value"]) for row in rows if row["slab"] == slab))
store = sqlite3.connect(f"file:{folder}/store.sqlite?mode=ro", uri=True)
query = "SELECT slab, avg(value) FROM metrics JOIN cells ON cell = content_hash WHERE metric = ? GROUP BY slab ORDER BY slab"
for slab, mean in store.execute(query, ["radius_median"]):
    print(slab, mean)
