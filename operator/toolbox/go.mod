module crashloop-doctor.io/toolbox

go 1.24
