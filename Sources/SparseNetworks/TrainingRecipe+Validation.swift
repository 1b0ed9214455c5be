extension TrainingRecipe {
  /// - Throws: `FitError.mismatch` for the first setting that training cannot use.
  func validate() throws(FitError) {
    func require(
      _ name: String, _ value: some CustomStringConvertible, _ needs: String, _ holds: Bool
    ) throws(FitError) {
      guard holds else { throw FitError.mismatch(what: "\(name) of the recipe", found: "\(value)", expected: needs) }
    }
    func requireAtLeast(_ least: Int, _ name: String, _ value: Int) throws(FitError) {
      try require(name, value, "at least \(least)", value >= least)
    }
    func requirePositive(_ name: String, _ value: Double) throws(FitError) {
      try require(name, value, "positive and finite", value > 0 && value.isFinite)
    }
    try requireAtLeast(0, "steps", steps)
    try requireAtLeast(1, "batch", batch)
    // Without a fine-tuning nothing would say whether training converged.
    try requireAtLeast(1, "fine-tuning steps", tuneSteps)
    try requireAtLeast(1, "samples", samples)
    try requireAtLeast(0, "search rounds", searchRounds)
    try requireAtLeast(0, "release steps", releaseSteps)
    try requireAtLeast(1, "confirmations", confirmations)
    try requireAtLeast(1, "restarts", restarts)
    // One draw has no standard error, without which nothing says whether training converged.
    try requireAtLeast(2, "evidence draws", evidenceDraws)
    for rate in [learningRate.start, learningRate.end, tuneLearningRate.start, tuneLearningRate.end] {
      try requirePositive("learning rate", rate)
    }
    try requirePositive("logit rate", logitRate)
    try requirePositive("temperature", temperature)
    if let finalTemperature { try requirePositive("final temperature", finalTemperature) }
    if let gradientClip { try requirePositive("gradient clip", gradientClip) }
    if case .momentum(let momentum) = optimiser {
      try require("momentum", momentum, "at least 0, below 1", (0..<1).contains(momentum))
    }
    if case .step(let factor, let every) = schedule {
      try require("factor of the schedule", factor, "above 0, at most 1", factor > 0 && factor <= 1)
      try require("share of the schedule", every, "above 0, at most 1", every > 0 && every <= 1)
    }
    if let earlyStop {
      try requireAtLeast(3, "window of the early stop", earlyStop.window)
      try requirePositive("tolerance of the early stop", earlyStop.tolerance)
    }
    try require(
      "release steps", releaseSteps, "0 where the structure is free: gates that were never frozen need no release",
      releaseSteps == 0 || structure != .free)
    try require("share of the KL's annealing", klAnnealing, "from 0 to 1", (0...1).contains(klAnnealing))
    try require("share of free gates", freeGates, "from 0 to 1", (0...1).contains(freeGates))
    try require("averaged tail", averagedTail, "from 0 to 1", (0...1).contains(averagedTail))
  }
}
