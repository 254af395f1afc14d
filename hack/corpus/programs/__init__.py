"""One module a family of programs; each has `record(recorder)`. `hack/record-corpus NAME...` runs them."""
