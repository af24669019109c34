{{/* The name of what this release makes, with a component: (dict "root" $ "component" "api"). */}}
{{- define "task-ledger.name" -}}
{{- $base := ternary .root.Release.Name (printf "%s-%s" .root.Release.Name .root.Chart.Name) (contains .root.Chart.Name .root.Release.Name) -}}
{{- printf "%s-%s" ($base | trunc 35 | trimSuffix "-") .component | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "task-ledger.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "task-ledger.labels" -}}
{{ include "task-ledger.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "task-ledger.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}{{ .repository }}@{{ .digest }}{{- else -}}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{- end -}}
{{- end -}}
{{- end }}

{{/* A setting as text. A whole number in a file of values would otherwise become 2e+08. */}}
{{- define "task-ledger.text" -}}
{{- if kindIs "float64" . -}}{{- if eq . (floor .) -}}{{ int64 . }}{{- else -}}{{ . }}{{- end -}}{{- else -}}{{ . }}{{- end -}}
{{- end }}

{{/* What every pod is allowed. */}}
{{- define "task-ledger.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ int64 .Values.runAsUser }}
runAsGroup: {{ int64 .Values.runAsUser }}
fsGroup: {{ int64 .Values.runAsUser }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* What every container is allowed. */}}
{{- define "task-ledger.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/*
The probes of a process without HTTP. It is ready once each of its parts has done a step. A part that
is overdue for longer than `within` seconds (300) hangs; the application may take five minutes to import.
*/}}
{{- define "task-ledger.heartbeatProbes" -}}
startupProbe:
  exec:
    command: [task-ledger, alive, process]
  periodSeconds: 5
  timeoutSeconds: 20
  failureThreshold: 60
livenessProbe:
  exec:
    command: [task-ledger, alive, process, --within, {{ .within | default "300" | quote }}]
  periodSeconds: 60
  timeoutSeconds: 20
  failureThreshold: 2
readinessProbe:
  exec:
    command: [task-ledger, alive, process, --within, "60"]
  periodSeconds: 60
  timeoutSeconds: 20
{{- end }}
