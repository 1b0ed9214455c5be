import Foundation

/// Moves marks sideways so that none hides another.
enum SidewaysShift {
  /// Points by which series over sample sizes on a logarithmic axis are moved: apart enough for markers, near enough to
  /// belong to one sample size in a frame of one column, about 180 points wide.
  static func points(of series: Int, sampleSizes: [Int]) -> [Double] {
    let positions = Set(sampleSizes).sorted().map { log10(Double($0)) }
    guard let first = positions.first, let last = positions.last, last > first else {
      return Array(repeating: 0, count: series)
    }
    let gap = zip(positions, positions.dropFirst()).map { $1 - $0 }.min() ?? 0
    let step = min(90 * gap / (last - first) / Double(max(1, series)), 3.6)
    return offsets(of: series).map { $0 * step }
  }

  /// Around 0 in steps of 1.
  static func offsets(of series: Int) -> [Double] {
    (0..<series).map { Double($0) - Double(series - 1) / 2 }
  }

  /// Values at least `gap` apart: those that are nearer stand side by side, in their order, around their mean.
  static func apart(_ values: [Double], gap: Double) -> [Double] {
    struct Cluster {
      var mean: Double
      var members: [Int]
      func reach(_ gap: Double) -> Double { gap * Double(members.count - 1) / 2 }
    }
    var clusters = [Cluster]()
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    for index in order {
      var cluster = Cluster(mean: values[index], members: [index])
      // A hair, so that the places that this makes are apart for it as well.
      while let last = clusters.last, cluster.mean - cluster.reach(gap) < last.mean + last.reach(gap) + gap * (1 - 1e-9) {
        let (one, other) = (Double(last.members.count), Double(cluster.members.count))
        cluster = Cluster(
          mean: (one * last.mean + other * cluster.mean) / (one + other), members: last.members + cluster.members)
        clusters.removeLast()
      }
      clusters.append(cluster)
    }
    var moved = values
    for cluster in clusters {
      for (offset, index) in zip(offsets(of: cluster.members.count), cluster.members) {
        moved[index] = cluster.mean + offset * gap
      }
    }
    return moved
  }
}
