"""The bare framework: ModelViewSet and ModelSerializer with token, one filter, no count, no scope."""

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import pagination, serializers, viewsets
from rest_framework.authentication import TokenAuthentication
from rest_framework.permissions import IsAuthenticated

from orgs.models import Organization, Posting


class PostingSerializer(serializers.ModelSerializer):
    role_label = serializers.CharField(source="get_role_display")
    organization_name = serializers.CharField(source="organization.name")
    person_name = serializers.CharField(source="person.name")

    class Meta:
        model = Posting
        fields = [
            *("id", "role", "role_label", "field", "from_on", "to_on", "recruitment_channel", "document"),
            *("organization", "organization_name", "person", "person_name"),
        ]


class OrganizationSerializer(serializers.ModelSerializer):
    kind_label = serializers.CharField(source="get_kind_display")
    state_label = serializers.CharField(source="get_state_display")

    class Meta:
        model = Organization
        fields = [
            *("id", "kind", "kind_label", "name", "path", "parent", "division", "credit_code", "contact_phone"),
            *("state", "state_label", "created_at"),
        ]


class ByKey(pagination.CursorPagination):
    page_size = 50
    ordering = "-id"


class PostingViewSet(viewsets.ModelViewSet):
    queryset = Posting.objects.select_related("organization", "person")
    serializer_class = PostingSerializer
    authentication_classes = [TokenAuthentication]
    permission_classes = [IsAuthenticated]
    pagination_class = ByKey
    filter_backends = [DjangoFilterBackend]
    filterset_fields = ["role"]


class OrganizationViewSet(viewsets.ModelViewSet):
    queryset = Organization.objects.all()
    serializer_class = OrganizationSerializer
    authentication_classes = [TokenAuthentication]
    permission_classes = [IsAuthenticated]
    pagination_class = ByKey
    filter_backends = [DjangoFilterBackend]
    filterset_fields = ["state"]
