#!/usr/bin/env python3
"""Times training steps of both peers on request, on one core; each program is compiled once and kept.

    python3 serve.py 1        # the core to stay on

A request is a line of JSON on stdin, its answer a line of JSON on stdout:

    {"peer": "jax", "slab": "ghs", "local": false, "widths": [20, 20, 20, 1], "batch": 64, "rows": 4096,
     "networks": 1, "steps": 2000}
    {"microseconds": 43.1}

`microseconds` is of one step of all networks together; the first answer for a program is preceded by its compilation
and a run that isn't timed.  {"peer": "versions"} is answered by both peers' versions, any failure by {"error": "..."}.
"""
import argparse
import functools
import json
import os
import sys
import time

import numpy as np

import peer_common as common

common.pin(argparse.Namespace(core=int(sys.argv[1]) if len(sys.argv) > 1 else 0, threads=1))
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " --xla_cpu_multi_thread_eigen=false"
os.environ["NPROC"] = "1"
import jax
import jax.numpy as jnp
import torch

import jax_peer
import torch_peer

jax.config.update("jax_default_prng_impl", "rbg")
torch.set_num_threads(1)
LEARNING_RATE = 1e-3


@functools.cache
def data(rows, inputs, outputs):
    """Random inputs; targets are real for one output, else classes.  What is learned doesn't matter here."""
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, 1, (rows, inputs)).astype(np.float32)
    return x, rng.integers(0, outputs, rows) if outputs > 1 else x[:, :1] + 0.1


def problem(slab, local, widths, batch, rows):
    """What both peers start from: data, options of the model, start values."""
    x, y = data(rows, widths[0], widths[-1])
    likelihood = "categorical" if widths[-1] > 1 else "gaussian"
    inclusion = common.prior_inclusion(rows, widths)
    spec = torch_peer.layer_spec(widths, slab, local, batch, None)
    return x, y, likelihood, inclusion, spec, torch_peer.initial(spec[0], seed=1)


@functools.cache
def jax_program(slab, local, widths, batch, rows, networks, steps):
    """run() -> seconds of `steps` steps, compiled into one program"""
    x, y, likelihood, inclusion, _, start = problem(slab, local, widths, batch, rows)
    layout = jax_peer.Layout(widths, slab, batch, local, None)
    loss = jax_peer.build(jnp, jax, layout, likelihood, rows, inclusion, local=local)
    # The noise of many steps at once is faster, as long as it stays in the cache.
    block = 50 if layout.normals < 10_000 and steps % 50 == 0 else 1
    train = jax_peer.make_train(jax, jnp, loss, layout, LEARNING_RATE, block)
    several = networks > 1
    if several:
        train = jax.vmap(train, in_axes=(0, 0, None, None, 0))
    tile = lambda v: jnp.asarray(np.tile(v, (networks, 1)) if several else v)
    parameters = {k: tile(v) for k, v in layout.pack(start).items()}
    zeros = lambda: {k: jnp.zeros_like(v) for k, v in parameters.items()}
    state = parameters, zeros(), zeros(), jnp.zeros((networks,) if several else ())
    x, y = jnp.asarray(x), jnp.asarray(y, jnp.int32 if likelihood == "categorical" else jnp.float32)
    rng = np.random.default_rng(2)
    rounds = 0

    def inputs():
        nonlocal rounds
        rounds += 1
        indices = np.stack([common.batch_indices(rng, rows, batch, steps) for _ in range(networks)]).astype(np.int32)
        key = jax.random.fold_in(jax.random.key(1), rounds)
        return jax.block_until_ready(
            (jax.random.split(key, networks) if several else key, jnp.asarray(indices if several else indices[0])))
    compiled = jax.jit(train, donate_argnums=0).lower(state, inputs()[0], x, y, inputs()[1]).compile()

    def run():
        nonlocal state
        key, indices = inputs()
        began = time.perf_counter()
        state, losses = compiled(state, key, x, y, indices)
        losses.block_until_ready()
        return time.perf_counter() - began
    return run


@functools.cache
def torch_program(slab, local, widths, batch, rows, networks, steps):
    """run() -> seconds of `steps` eager steps"""
    x, y, likelihood, inclusion, spec, start = problem(slab, local, widths, batch, rows)
    model = torch_peer.Model(widths, slab, likelihood, rows, inclusion, local=local)
    lead = (networks,) if networks > 1 else ()
    step, _ = torch_peer.trainer(model, *spec, start, LEARNING_RATE, lead, "eager")
    x, y = torch.tensor(x), torch.tensor(y)
    rng = np.random.default_rng(2)

    def run():
        indices = [common.batch_indices(rng, rows, batch, steps) for _ in range(networks)]
        indices = torch.tensor(np.stack(indices, 1) if lead else indices[0])
        began = time.perf_counter()
        for k in range(steps):
            step(x[indices[k]], y[indices[k]])
        return time.perf_counter() - began
    return run


def answer(request):
    if request["peer"] == "versions":
        return {"jax": jax.__version__, "torch": torch.__version__}
    program = {"jax": jax_program, "torch": torch_program}[request["peer"]]
    key = tuple(request[k] for k in ("slab", "local")) + (tuple(request["widths"]),) \
        + tuple(request[k] for k in ("batch", "rows", "networks", "steps"))
    before = program.cache_info().misses
    run = program(*key)
    if program.cache_info().misses > before:
        run()
    return {"microseconds": 1e6 * run() / request["steps"]}


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:                             # whoever asks decides what to do about it
        reply = {"error": "%s: %s" % (type(error).__name__, error)}
    print(json.dumps(reply), flush=True)
