import StudyEngine

/// What each column of the published tables and each metric means: the words of `datapackage.json`, of notebooks and of
/// the report.
struct DataDictionary: Sendable {
  struct Field: Sendable, Equatable {
    enum Kind: String, Sendable { case string, integer, number }

    let name: String
    let kind: Kind
    let meaning: String
  }

  let study: Study

  /// The fields of a table with this header.
  func fields(of table: String, header: [String]) -> [Field] {
    header.map { name in field(name, table: table) }
  }

  private func field(_ name: String, table: String) -> Field {
    if let known = Self.columns["\(table):\(name)"] ?? Self.columns[name] {
      return Field(name: name, kind: known.kind, meaning: known.meaning)
    }
    if study.factorColumns.contains(name) || study.groupColumns.contains(name) {
      return Field(name: name, kind: .string, meaning: "level of the factor \(name), as the study file writes it")
    }
    if study.cells.contains(where: { $0.slab == name }) {
      return Field(name: name, kind: .number, meaning: "cost of the node under the slab \(name), in nats")
    }
    return Field(name: name, kind: .number, meaning: metric(name) ?? "")
  }

  /// What a metric measures; nil for one of another version of the program.
  func metric(_ name: String) -> String? {
    if name == "hellinger", study.kind == .logNormalError { return "Hellinger distance of log-normal and law" }
    if let meaning = Self.metrics[name] { return meaning }
    for (prefix, meaning) in Self.metricFamilies where name.hasPrefix(prefix) {
      return meaning.replacing("…", with: name.dropFirst(prefix.count))
    }
    return nil
  }

  private static func text(_ meaning: String) -> (kind: Field.Kind, meaning: String) { (.string, meaning) }
  private static func count(_ meaning: String) -> (kind: Field.Kind, meaning: String) { (.integer, meaning) }
  private static func real(_ meaning: String) -> (kind: Field.Kind, meaning: String) { (.number, meaning) }

  /// By column, or by `table:column` where a name has two meanings.
  private static let columns: [String: (kind: Field.Kind, meaning: String)] = [
    "cell": count("index of the cell in the study, from 0; slablab run STUDY.yaml --cell N runs it alone"),
    "slab": text("the slab: its kind, or its name in the study file"),
    "minus_slab": text("the slab whose value is subtracted"),
    "sample_size": count("n, rows of the training set"),
    "replicate": count("number of the replicate, from 1; replicates of one number share teacher and data"),
    "metric": text("what was measured; see the metrics of this package"),
    "value": real("the number; empty where it is undefined"),
    "statistic": text("mean, geometric_mean (exponential of the mean log) or median over replicates"),
    "mc_error": real("Monte Carlo standard error of the value; empty for one replicate and for medians"),
    "replicates": count("replicates in the value"),
    "failed": count("cells that failed and are in no number"),
    "undefined": count("cells whose value is undefined"),
    "missing": count("cells that have not run"),
    "earlier": count("cells of a version of the program that did not measure this"),
    "slope": real("least-squares slope of log radius on log n over all replicates"),
    "std_error": real("standard error"),
    "lower": real("lower end of the interval"),
    "upper": real("upper end of the interval"),
    "theory_slope": real("least-squares slope of log ε_n on log n over the same n"),
    "lack_of_fit_p": real("p value of lack of fit of a straight line"),
    "level": real("level of the interval"),
    "interval": text("how the interval was made"),
    "degrees_of_freedom": real("degrees of freedom of the t interval"),
    "weighted_slope": real("slope weighted by the inverse variances of the sample sizes' means"),
    "weighted_std_error": real("its standard error"),
    "weighted_lower": real("lower end of its interval"),
    "weighted_upper": real("upper end of its interval"),
    "bootstrap_lower": real("lower end of its bootstrap interval"),
    "bootstrap_upper": real("upper end of its bootstrap interval"),
    "note": text("why a number is missing"),
    "weighted_note": text("why the weighted fit is missing"),
    "theory_note": text("why the theory's slope is missing"),
    "quantity": text("slope: of log radius on log n; log_radius: at one n"),
    "difference": real("mean of the paired differences, slab minus minus_slab"),
    "p": real("two-sided p value of the paired t test"),
    "p_adjusted": real("the same adjusted by Holm's method over all pairs (radii: and sample sizes) of a combination of the other factors"),
    "pairs": count("replicates that both slabs have"),
    "unpaired": count("replicates that only one of them has"),
    "against": text("certificate (the proof's q), teacher_start (a fit that began at the teacher) or restart (second best start)"),
    "gap": real("evidence bound less the other's, mean over replicates, in nats"),
    "smallest_gap": real("the least of them, in nats"),
    "below": count("fits that fall short of the other by more than their errors"),
    "step": count("training steps done"),
    "elbo": real("evidence bound, in nats: mean of minibatch estimates over a block of steps"),
    "log_likelihood": real("its likelihood part, in nats"),
    "kl": real("its KL part, in nats"),
    "effective_nodes": real("expected number of active hidden nodes, Σ γ"),
    "epsilon": real("ε_n, the theory's contraction rate"),
    "anchored": real("ε_n moved to pass through the first measured radius, as figures draw it"),
    "asymptotic_slope": real("power of n that the bound tends to"),
    "n_at_asymptotic_slope": real("n from which on the local slope stays within 0.02 of it"),
    "log10_n_eps_one": real("log₁₀ of the n from which on ε_n is below 1"),
    "sample_sizes": count("sample sizes in the slope"),
    "strength": real("effective strength x = B²/(k + 1) of the node's weights"),
    "width": count("k, the node's number of inputs"),
    "best": text("the cheapest slab; empty for a tie"),
  ]

  private static let metrics: [String: String] = [
    "radius_median": "median over posterior draws of the distance ‖f_θ − f₀‖ (root mean square over the design)",
    "radius_90": "90 % quantile over posterior draws of ‖f_θ − f₀‖",
    "radius_95": "95 % quantile over posterior draws of ‖f_θ − f₀‖",
    "rmse_mean": "distance of the posterior mean to the truth",
    "hellinger": "median over posterior draws of the Hellinger distance of the predictive densities",
    "coverage_pointwise": "share of points at which the 95 % credible interval holds the truth",
    "coverage_simultaneous": "1 if the 95 % credible band holds the truth everywhere, else 0",
    "coverage_ball": "1 if the 95 % credible ball around the posterior mean holds the truth, else 0",
    "credible_ball_radius": "radius of the 95 % credible ball around the posterior mean",
    "distance_to_mean": "distance of the truth to the ball's centre",
    "active_nodes": "hidden nodes with inclusion probability of at least 1/2",
    "excess_nodes": "active nodes beyond the teacher's, summed over layers",
    "missing_nodes": "the teacher's nodes that were not found, summed over layers",
    "structure_found": "1 if every layer has the teacher's number of active nodes, else 0",
    "elbo": "evidence bound over all training rows at the end, in nats",
    "elbo_standard_error": "its Monte Carlo standard error, in nats",
    "elbo_log_likelihood": "its likelihood part, in nats",
    "elbo_frozen": "the bound with gates fixed, in nats",
    "elbo_rise": "what one more fine-tuning raised the bound by, in nats",
    "kl": "KL divergence of q to the prior, in nats",
    "certificate": "evidence bound of the q that the theorem's proof builds around the teacher, in nats",
    "certificate_standard_error": "its Monte Carlo standard error, in nats",
    "certificate_gap": "the fit's evidence bound less the certificate, in nats",
    "below_certificate": "1 if the fit falls short of the certificate: limited by optimisation",
    "restart_gap": "the best start's bound less the second best's, in nats",
    "restart_spread": "the best start's bound less the worst's, in nats",
    "failed_restarts": "starts that diverged",
    "below_teacher_start": "1 if the fit falls short of one that began at the teacher",
    "noise_sd": "learned noise standard deviation",
    "converged": "1 if one more fine-tuning changed nothing, else 0",
    "oscillating": "1 if the bound oscillated, else 0",
    "steps": "training steps of the fit that was kept",
    "proposals_tried": "structure changes tried", "proposals_kept": "structure changes kept",
    "cost": "least KL of q to the prior for the node, in nats",
    "closed_form_upper": "the closed form's bound on it, in nats",
    "mu": "log-normal's mean of the log", "omega": "log-normal's standard deviation of the log",
    "v": "variance of the node's weights under q",
    "eps": "ε_n, the bound's contraction rate", "eps2": "ε_n²", "xi": "approximation error",
    "local_slope": "slope of log ε_n on log n at this n",
    "minimax": "minimax rate, up to a constant", "parametric": "n^(−1/2)",
    "kl_reverse": "KL divergence of the log-normal to the law, in nats",
    "kl_forward": "KL divergence of the law to the log-normal, in nats",
    "total_variation": "total variation distance of log-normal and law", "kolmogorov": "Kolmogorov distance",
    "w1_x": "Wasserstein-1 distance of the squared scales", "w1_sqrt_x": "Wasserstein-1 distance of the scales",
    "w1_log_x": "Wasserstein-1 distance of their logarithms",
    "absolute_error": "bound on the absolute error of these integrals",
  ]

  /// Metrics named by a prefix and a layer, a level or a quantity.
  private static let metricFamilies: [(String, String)] = [
    ("active_nodes_", "active nodes of hidden layer …"),
    ("teacher_start_", "… of the fit that began at the teacher"),
    ("upper_ratio_", "log-normal's probability of the law's upper tail of probability …, over it"),
    ("lower_ratio_", "log-normal's probability of the law's lower tail of probability …, over it"),
    ("effective_strength_", "effective strength of layer …"), ("r_", "r of layer …, a part of ε_n²"),
    ("budget_", "KL budget: …, in nats"),
    ("eps_", "ε_n: …"), ("sum_", "part of ε_n²: …"), ("test_", "… on the held-out rows"),
  ]
}
