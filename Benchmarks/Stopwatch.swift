/// Wall-clock seconds.
enum Stopwatch {
  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(body) / .seconds(1)
  }

  static func rounds(_ count: Int, _ body: () throws -> Void) rethrows -> Rounds {
    var rounds = Rounds()
    for _ in 0..<count { rounds.add(try seconds(body)) }
    return rounds
  }
}
