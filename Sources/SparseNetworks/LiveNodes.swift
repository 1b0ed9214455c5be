/// Which nodes of a layer a step has to compute: those that are on in this draw come first, then those that are off and
/// yet needed, then the rest, each in their own order.
///
/// A node that is off hands on ψ(0). Where that is 0 the next layer needs neither its outgoing weights nor their noise
/// for its own values, and their likelihood gradient is 0; so is that of its incoming weights, since z multiplies them.
/// What is left is the straight-through gradient of its indicator, ψ'(0) u ∂loss/∂h: it needs the node's pre-activation u
/// and ∂loss/∂h, and nothing at all where ψ'(0) = 0 or the indicators don't learn.
struct LiveNodes {
  let count: Int
  /// The node in each place, and each node's place.
  let order, place: UnsafeMutablePointer<Int32>
  /// A bit for each number of a group of the next layer, its bias first: whether what it multiplies is on.
  let on: UnsafeMutablePointer<UInt64>
  /// Nodes that are on, and nodes that are needed at all.
  private(set) var live: Int
  private(set) var needed: Int
  /// Every node is live, each in its own place.
  var isWhole: Bool { live == count }

  init<Scalar: NetworkScalar>(count: Int, memory: ScratchMemory<Scalar>) {
    self.count = count
    order = memory.take(count, of: Int32.self, repeating: 0)
    place = memory.take(count, of: Int32.self, repeating: 0)
    on = memory.take(count / 64 + 1, of: UInt64.self, repeating: 0)
    (live, needed) = (count, count)
    sort { _ in true }
  }

  /// - Parameters:
  ///   - indicator: of each node; 0 is off. nil: all are on.
  ///   - needsAll: whether nodes that are off are needed too.
  mutating func update<Scalar: NetworkScalar>(indicator: UnsafePointer<Scalar>?, needsAll: Bool) {
    func isOn(_ node: Int) -> Bool { indicator.map { $0[node] != 0 } ?? true }
    var on = (0..<count).reduce(0) { $0 + (isOn($1) ? 1 : 0) }
    // Packing costs more than what a few nodes save, the more so in a small layer.
    let isWorthIt = (count < 64 ? 2 : 8) * (count - on) >= count
    if !isWorthIt { on = count }
    // Whole layers follow one another mostly; their order is the nodes' own.
    if on == count, live == count { return }
    live = on
    needed = on == count || needsAll ? count : on
    sort { !isWorthIt || isOn($0) }
  }

  /// Runs of needed nodes, by their numbers; nodes that are not needed go with them in gaps of at most `gap`.
  func forEachRun(gap: Int, _ body: (Range<Int>) -> Void) {
    var run = 0..<0
    for node in 0..<count where place[node] < needed {
      if node - run.upperBound > gap || run.isEmpty {
        if !run.isEmpty { body(run) }
        run = node..<(node + 1)
      } else {
        run = run.lowerBound..<(node + 1)
      }
    }
    if !run.isEmpty { body(run) }
  }

  /// Runs of nodes that are on, or of nodes that are off, among `nodes`; not after somebody has written to `place`.
  func forEachRun(in nodes: Range<Int>, areOn: Bool, _ body: (Range<Int>) -> Void) {
    var first = nodes.lowerBound
    while first < nodes.upperBound {
      let isOn = place[first] < live
      var end = first + 1
      while end < nodes.upperBound, (place[end] < live) == isOn { end += 1 }
      if isOn == areOn { body(first..<end) }
      first = end
    }
  }

  private func sort(_ isOn: (Int) -> Bool) {
    var (nextOn, off) = (0, live)
    on.update(repeating: 0, count: count / 64 + 1)
    on[0] = 1
    for node in 0..<count {
      let next: Int
      if isOn(node) {
        next = nextOn
        nextOn += 1
        on[(1 + node) / 64] |= 1 << UInt64((1 + node) % 64)
      } else {
        next = off
        off += 1
      }
      order[next] = Int32(node)
      place[node] = Int32(next)
    }
  }
}
