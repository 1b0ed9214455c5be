# A study in R: its tidy table from the CSV export, and the same numbers from its store (install.packages("RSQLite")).
#   Rscript read_study.R results/quickstart
folder <- commandArgs(trailingOnly = TRUE)[1]
rows <- read.csv(file.path(folder, "tables", "metrics.csv"))
radii <- rows[rows$metric == "radius_median" & !is.na(rows$value), ]
print(aggregate(value ~ slab, radii, mean), digits = 15, row.names = FALSE)
store <- DBI::dbConnect(RSQLite::SQLite(), file.path(folder, "store.sqlite"), flags = RSQLite::SQLITE_RO)
query <- "SELECT slab, avg(value) AS value FROM metrics JOIN cells ON cell = content_hash WHERE metric = ? GROUP BY slab"
print(DBI::dbGetQuery(store, query, params = list("radius_median")), digits = 15, row.names = FALSE)
DBI::dbDisconnect(store)
