module crashloop-doctor.io/hack/pause

go 1.25.0
