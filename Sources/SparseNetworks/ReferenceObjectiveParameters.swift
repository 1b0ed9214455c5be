extension ReferenceObjective {
  /// The variational parameters, or a gradient in their shape. Arrays that a model does not have are empty, and its
  /// unused globals 0. Standard deviations are softplus(…Rho).
  package struct Parameters: Sendable, Equatable {
    package struct Layer: Sendable, Equatable {
      /// [in][out].
      package var weightMean: [[Double]]
      package var weightRho: [[Double]]
      /// [out], as all that follow.
      package var biasMean: [Double]
      package var biasRho: [Double]
      /// ϑ, hidden layers with a spike.
      package var inclusionLogit: [Double]
      /// μ and ω of τ², group lasso.
      package var scaleMean: [Double]
      package var scaleRho: [Double]
      /// μ and ω of a and b with τ² = ab, group horseshoe.
      package var scaleAMean: [Double]
      package var scaleARho: [Double]
      package var scaleBMean: [Double]
      package var scaleBRho: [Double]

      package init(
        weightMean: [[Double]], weightRho: [[Double]], biasMean: [Double], biasRho: [Double],
        inclusionLogit: [Double] = [], scaleMean: [Double] = [], scaleRho: [Double] = [], scaleAMean: [Double] = [],
        scaleARho: [Double] = [], scaleBMean: [Double] = [], scaleBRho: [Double] = []
      ) {
        self.weightMean = weightMean
        self.weightRho = weightRho
        self.biasMean = biasMean
        self.biasRho = biasRho
        self.inclusionLogit = inclusionLogit
        self.scaleMean = scaleMean
        self.scaleRho = scaleRho
        self.scaleAMean = scaleAMean
        self.scaleARho = scaleARho
        self.scaleBMean = scaleBMean
        self.scaleBRho = scaleBRho
      }

      fileprivate mutating func visit(_ body: (inout Double) -> Void) {
        for i in weightMean.indices { for j in weightMean[i].indices { body(&weightMean[i][j]) } }
        for i in weightRho.indices { for j in weightRho[i].indices { body(&weightRho[i][j]) } }
        for path in [
          \Layer.biasMean, \.biasRho, \.inclusionLogit, \.scaleMean, \.scaleRho, \.scaleAMean, \.scaleARho,
          \.scaleBMean, \.scaleBRho,
        ] {
          for j in self[keyPath: path].indices { body(&self[keyPath: path][j]) }
        }
      }
    }

    /// What the whole network shares.
    package struct Global: Sendable, Equatable {
      /// m and v of ς², group lasso with its hyperprior.
      package var rateMean = 0.0
      package var rateRho = 0.0
      /// μ and ω of the two factors of s², group horseshoe.
      package var globalAMean = 0.0
      package var globalARho = 0.0
      package var globalBMean = 0.0
      package var globalBRho = 0.0
      /// log σ_e, where it is learned.
      package var logNoise = 0.0

      package init() {}

      fileprivate mutating func visit(_ body: (inout Double) -> Void) {
        for path in [
          \Global.rateMean, \.rateRho, \.globalAMean, \.globalARho, \.globalBMean, \.globalBRho, \.logNoise,
        ] {
          body(&self[keyPath: path])
        }
      }
    }

    package var layers: [Layer]
    package var global: Global

    package init(layers: [Layer], global: Global = Global()) {
      self.layers = layers
      self.global = global
    }

    /// Visits every number once, always in the same order.
    package mutating func visit(_ body: (inout Double) -> Void) {
      for index in layers.indices { layers[index].visit(body) }
      global.visit(body)
    }

    /// The same shape, filled with 0.
    package func zeroed() -> Parameters {
      var copy = self
      copy.visit { $0 = 0 }
      return copy
    }

    /// Every number, in the order of `visit`.
    package var flattened: [Double] {
      var copy = self
      var values: [Double] = []
      copy.visit { values.append($0) }
      return values
    }

    package mutating func add(_ other: Parameters, times factor: Double) {
      var others = other.flattened.makeIterator()
      visit { $0 += factor * (others.next() ?? 0) }
    }
  }

  /// One draw of all noise.
  package struct Noise: Sendable, Equatable {
    package struct Layer: Sendable, Equatable {
      /// U_j in (0, 1), hidden layers with a spike.
      package var indicator: [Double]
      /// Standard normals: [in][out] and [out] with weight sampling,
      package var weight: [[Double]]
      package var bias: [Double]
      /// [row][out] with local reparameterisation,
      package var preactivation: [[Double]]
      /// and [out] for the scales.
      package var scale: [Double]

      package init(
        indicator: [Double] = [], weight: [[Double]] = [], bias: [Double] = [], preactivation: [[Double]] = [],
        scale: [Double] = []
      ) {
        self.indicator = indicator
        self.weight = weight
        self.bias = bias
        self.preactivation = preactivation
        self.scale = scale
      }
    }

    package var layers: [Layer]
    /// The global scale's.
    package var global: Double

    package init(layers: [Layer], global: Double = 0) {
      self.layers = layers
      self.global = global
    }
  }
}
