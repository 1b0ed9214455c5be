#!/usr/bin/env python3
"""Holds both peers against the gradient oracle in float64: same model, or the timings mean nothing.

    python3 check_peers.py ../../Tests/Fixtures/oracle/elbo_gradients.json
"""
import json
import os
import sys

import numpy as np

os.environ["JAX_PLATFORMS"] = "cpu"
import jax
jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import torch

import jax_peer
import torch_peer


def named(tree):
    out = {"%d.%s" % (l, k): np.array(v, np.float64) for l, d in enumerate(tree["layers"]) for k, v in d.items()}
    out.update({k: np.atleast_1d(np.array(v, np.float64)) for k, v in tree["global"].items()})
    return out


def worst(got, want):
    return max(float(np.max(np.abs(got[k] - want[k])) / (1 + np.max(np.abs(want[k])))) for k in want)


def main():
    bad = 0
    for case in json.load(open(sys.argv[1]))["cases"]:
        i, ref = case["inputs"], case["expected"]
        if not i["spike"]:
            continue                                       # the peers always carry a spike
        p, want = named(i["parameters"]), named(ref["gradient"])
        local = i["estimator"] != "weight_sampling"
        L = len(i["widths"]) - 1
        z = i["noise"]["layers"]
        opts = dict(activation=i["activation"], temperature=i["temperature"], hard=i["relaxation"] != "soft",
                    sigma0=i["sigma0"], noise_sd=i.get("noise_sd", 1.0), varsigma2=i.get("rate", {}).get("varsigma2"),
                    c=i.get("c"), local_scale=i.get("local_scale", 1.0), global_scale=i.get("global_scale", 1.0), local=local)
        # torch
        leaves = {k: torch.tensor(v, requires_grad=True) for k, v in p.items()}
        e, u = {}, {}
        for l in range(L):
            for k, v in z[l].items():
                (u if k == "indicator" else e)["%d.%s" % (l, "z" if k == "indicator" else k)] = torch.tensor(v, dtype=torch.float64)
        if "global" in i["noise"]:
            e["global"] = torch.tensor([i["noise"]["global"]], dtype=torch.float64)
        x = torch.tensor(i["x"], dtype=torch.float64)
        y = torch.tensor(i["y"], dtype=torch.float64 if i["likelihood"] == "gaussian" else torch.int64)
        model = torch_peer.Model(i["widths"], i["prior"], i["likelihood"], i["n"], i["prior_inclusion"], **opts)
        loss = model.loss(leaves, e, u, x, y)
        loss.backward()
        et = max(abs(loss.item() - ref["loss"]) / (1 + abs(ref["loss"])), worst({k: v.grad.numpy() for k, v in leaves.items()}, want))
        # jax
        lay = jax_peer.Layout(i["widths"], i["prior"], len(i["x"]), local, opts["varsigma2"])
        f = jax_peer.build(jnp, jax, lay, i["likelihood"], i["n"], i["prior_inclusion"], **opts)
        cat = lambda ks: np.concatenate([np.array(z[l][k], float).reshape(-1) for k, ls in ks for l in ls])
        slab = [("preactivation", range(L))] if local else [("weight", range(L)), ("bias", range(L))]
        ej = [cat(slab)] + ([cat([("scale", range(L))])] if i["prior"] != "ig" else []) \
            + ([np.array([i["noise"]["global"]])] if i["prior"] == "ghs" else [])
        blocks = {k: jnp.asarray(v) for k, v in lay.pack(p).items()}
        value, g = jax.jit(jax.value_and_grad(f))(blocks, jnp.asarray(np.concatenate(ej)),
                                                  jnp.asarray(cat([("indicator", range(L - 1))])), jnp.asarray(np.array(i["x"])),
                                                  jnp.asarray(np.array(i["y"])))
        ej = max(abs(float(value) - ref["loss"]) / (1 + abs(ref["loss"])),
                 worst({k: np.asarray(v) for k, v in g.items()}, lay.pack(want)))
        ok = et < 1e-10 and ej < 1e-10
        bad += not ok
        print("%s torch %.1e jax %.1e  %s" % ("ok  " if ok else "FAIL", et, ej, case["name"]))
    sys.exit(bad > 0)


main()
