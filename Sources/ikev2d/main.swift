import CLinux
import COpenSSL
import IKE
import Kernel
import Net
import Policy
import Reactor

print(IPAddress("10.0.0.1")?.description ?? "none")
