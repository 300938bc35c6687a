"""Make the extracts beside this script: python make_extract.py FOLDER_WITH_THE_FIVE_INPUT_DATASETS [OUT_FOLDER]

Columns are picked, values are not changed. R's missing value is `NA` in the source; in study 1 it is written as an
empty cell, so that both forms occur.
"""

import csv
import sys
from pathlib import Path

COLUMNS = {
    1: "pid maternal_age civil_status alc_c1 alc_c5 MR_DEL_GA gest_age_del MR_C1_GENDER",
    2: "M_ID M_MARITAL GA_DEL SEX BIRTHWEIGHT",
    3: "recordid age_mother binge_dur_preg_mother gest_age_baby gender_baby weight_grams_baby",
    4: "ID age_v1 marital_v1 drink_four_preg_v1 GEST_AGE_DELIVERY bb_sex bb_weight",
    5: "SID mar_stat binge1w binge1m binge1t binge2w binge2m binge2t binge3w binge3m binge3t BIN_GA BIN_SEX BIN_WGT",
}
EMPTY_CELLS = (1,)


def extract(study: int, source: Path, out: Path) -> None:
    with (source / f"input_dataset_study{study}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = COLUMNS[study].split()
    with (out / f"study{study}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            cells = [row[column] for column in columns]
            writer.writerow(["" if cell == "NA" and study in EMPTY_CELLS else cell for cell in cells])


if __name__ == "__main__":
    for number in COLUMNS:
        extract(number, Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parent)
