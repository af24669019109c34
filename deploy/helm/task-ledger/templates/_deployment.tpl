{{/*
A Deployment with its PodDisruptionBudget. Takes a dict:
  root, component, of (its values), secret (the name of its Secret), command (a list),
  probes (as YAML), and, where it has them, ports, env, strategy, volumes and mounts (as YAML).
*/}}
{{- define "task-ledger.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "task-ledger.name" . }}
  labels:
    {{- include "task-ledger.labels" . | nindent 4 }}
spec:
  replicas: {{ if hasKey .of "replicas" }}{{ .of.replicas }}{{ else }}1{{ end }}
  revisionHistoryLimit: 3
  strategy:
    {{- if .recreate }}
    type: Recreate
    {{- else }}
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
    {{- end }}
  selector:
    matchLabels:
      {{- include "task-ledger.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "task-ledger.labels" . | nindent 8 }}
      annotations:
        # Restarts the pods when a setting changes.
        task-ledger/settings: {{ toJson .root.Values.settings | sha256sum | quote }}
        {{- with .root.Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "task-ledger.name" (dict "root" .root "component" "services") }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ .of.terminationGracePeriodSeconds }}
      securityContext:
        {{- include "task-ledger.podSecurity" .root | nindent 8 }}
      {{- with .root.Values.image.pullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .root.Values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
        - maxSkew: 1
          topologyKey: {{ . }}
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "task-ledger.selector" $ | nindent 14 }}
        {{- end }}
      containers:
        - name: {{ .container | default .component }}
          image: {{ include "task-ledger.image" .root }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          command:
            {{- toYaml .command | nindent 12 }}
          env:
            - name: TASK_LEDGER_HEARTBEAT_DIR
              value: /tmp/heartbeat
            {{- with .env }}
            {{- . | nindent 12 }}
            {{- end }}
          envFrom:
            - configMapRef:
                name: {{ include "task-ledger.name" (dict "root" .root "component" "settings") }}
            - secretRef:
                name: {{ .secret }}
          {{- with .ports }}
          ports:
            {{- . | nindent 12 }}
          {{- end }}
          {{- .probes | nindent 10 }}
          resources:
            {{- toYaml .of.resources | nindent 12 }}
          securityContext:
            {{- include "task-ledger.containerSecurity" .root | nindent 12 }}
          volumeMounts:
            - name: tmp
              mountPath: /tmp
            - name: files
              mountPath: /var/lib/task-ledger
            {{- with .mounts }}
            {{- . | nindent 12 }}
            {{- end }}
      volumes:
        - name: tmp
          emptyDir: {}
        - name: files
          {{- if and .files .root.Values.files.existingClaim }}
          persistentVolumeClaim:
            claimName: {{ .root.Values.files.existingClaim }}
          {{- else }}
          emptyDir: {}
          {{- end }}
        {{- with .volumes }}
        {{- . | nindent 8 }}
        {{- end }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "task-ledger.name" . }}
  labels:
    {{- include "task-ledger.labels" . | nindent 4 }}
spec:
  # A single pod may be evicted: nothing is lost meanwhile, it only waits.
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "task-ledger.selector" . | nindent 6 }}
{{- end }}
