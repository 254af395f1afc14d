{{- define "crashloop-doctor.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 48 | trimSuffix "-" -}}
{{- end }}

{{- /* At most 48 characters, so that the longest suffix still fits into 63. */ -}}
{{- define "crashloop-doctor.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 48 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "crashloop-doctor.name" . -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 48 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "crashloop-doctor.selectorLabels" -}}
app.kubernetes.io/name: {{ include "crashloop-doctor.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "crashloop-doctor.labels" -}}
{{ include "crashloop-doctor.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "crashloop-doctor.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "crashloop-doctor.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name has to say which service account to use when serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end }}

{{- /* Call with (dict "image" .Values.image "root" .). */ -}}
{{- define "crashloop-doctor.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ .image.tag | default .root.Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- /* One name for the whole cluster: the operator looks the policy up before it honours any approval. */ -}}
{{- define "crashloop-doctor.approvalPolicyName" -}}
crashloop-doctor-approval
{{- end }}
