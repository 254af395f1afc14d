#define PY_SSIZE_T_CLEAN
#include <Python.h>
int samples_open(const char *name);
static PyObject *open_(PyObject *self, PyObject *args) { return PyLong_FromLong(samples_open("ring")); }
static PyMethodDef methods[] = {{"open", open_, METH_NOARGS, ""}, {NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_samples", "", -1, methods};
PyMODINIT_FUNC PyInit__samples(void) { return PyModule_Create(&module); }
