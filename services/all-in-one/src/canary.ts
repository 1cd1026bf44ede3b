// `inkstream canary`: the service, from where the launcher finds it.
import '@inkstream/canary/main';
