/// SlabLab's own version, which manifests and model files record and `slablab --version` prints.
public enum ProgramVersion {
  public static let current = "0.1.0"
}
