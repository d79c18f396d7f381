/// The version of in.ikev2d.
public let version = "0.1.0"
