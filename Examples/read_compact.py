"""Predicts the rows of a CSV table by the compact network of a model that `slablab train --out` made, with NumPy alone:

    python3 read_compact.py diabetes-model/compact.safetensors new-patients.csv
"""
import csv, json, math, struct, sys
import numpy as np

with open(sys.argv[1], "rb") as file:
    header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    numbers = np.frombuffer(file.read(), "<f4")
model = {name: json.loads(text) for name, text in header.pop("__metadata__").items()}
tensors = {}
for name, tensor in header.items():
    first, end = tensor["data_offsets"]
    tensors[name] = numbers[first // 4 : end // 4].reshape(tensor["shape"])

with open(sys.argv[2], newline="", encoding="utf-8-sig") as file:
    rows = [[float(row[name]) for name in model["input_names"]] for row in csv.DictReader(file)]
values = (np.array(rows) - model["input_means"]) * model["input_factors"]
erf = np.vectorize(math.erf, otypes=[float])
activations = {
    "relu": lambda x: np.maximum(x, 0), "leaky-relu": lambda x: np.maximum(x, x / 100), "tanh": np.tanh,
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), "softplus": lambda x: np.logaddexp(0, x),
    "silu": lambda x: x / (1 + np.exp(-x)), "gelu": lambda x: x * (1 + erf(x / np.sqrt(2))) / 2,
}
for layer in range(len(tensors) // 2):
    if layer > 0:
        values = activations.get(model["activation"], lambda x: x)(values)
    values = values @ tensors[f"layers.{layer}.weight"].T + tensors[f"layers.{layer}.bias"]
if model["likelihood"] == "gaussian":
    columns, values = ["mean"], model["target_mean"] + model["target_factor"] * values
else:
    if model["likelihood"] == "bernoulli":
        values = np.hstack([np.zeros_like(values), values])
    columns, scores = ["p_" + label for label in model["labels"]], np.exp(values - values.max(axis=1, keepdims=True))
    values = scores / scores.sum(axis=1, keepdims=True)
csv.writer(sys.stdout, lineterminator="\n").writerows([["row"] + columns] + [[i, *v] for i, v in enumerate(values)])
